import type { Column, Table } from '../model.js';

const system = (name: string, type: string): Column => ({
  ...{ name, type, kind: 'other', nullable: false, default: null, generated: null },
  ...{ identity: null, maxLength: null, labels: null },
});
const place = system('ctid', 'tid');
const partition = system('tableoid', 'oid');

/** Where a row lies, which stays as it is while a snapshot sees it; each partition counts anew. */
export function rowAddress({ definition }: Table): Column[] {
  const mayHaveParts = /\bPARTITION BY\b/i.test(definition.create);
  return mayHaveParts ? [partition, place] : [place];
}
