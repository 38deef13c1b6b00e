import type { Table } from '../model.js';

const transactional = /^(innodb|rocksdb|tokudb|ndb\w*)$/i;

/** The engine that keeps the rows of a table. */
export function engineOf({ definition }: Table): string {
  return /^\) ENGINE=(\w+)/m.exec(definition.create)?.[1] ?? 'InnoDB';
}

/** Why changes of this table could not be taken back; null where they could. */
export function notAtomic(table: Table): string | null {
  const engine = engineOf(table);
  return transactional.test(engine) ? null : `its engine ${engine} has no transactions`;
}
