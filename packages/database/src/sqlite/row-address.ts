import type { Column, Table } from '../model.js';

/** A table without a key has numbers of its own for its rows, under a name that no column has. */
export function rowAddress({ columns }: Table): Column[] {
  const taken = new Set(columns.map((it) => it.name.toLowerCase()));
  const name = ['rowid', '_rowid_', 'oid'].find((it) => !taken.has(it));
  if (name === undefined) return [];
  return [
    {
      ...{
        name,
        type: 'INTEGER',
        kind: 'integer',
        nullable: false,
        default: null,
        generated: null,
      },
      ...{ identity: null, maxLength: null, labels: null },
    },
  ];
}
