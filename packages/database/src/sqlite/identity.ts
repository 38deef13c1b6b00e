import type { Table } from '../model.js';
import { tableClauses } from './clauses.js';
import { quote } from './quote.js';

/** What tells a row from all others for SQLite itself. */
export interface Identity {
  /** Names of it, each quoted: the number of the row, or the columns of the primary key. */
  readonly names: readonly string[];
  /** False where it is the primary key of a table WITHOUT ROWID. */
  readonly rowid: boolean;
}

/**
 * Null where no name is left for the number of a row: three columns have taken `rowid`, `oid` and
 * `_rowid_`.
 */
export function identityOf({ name, columns, primaryKey, definition }: Table): Identity | null {
  if (tableClauses(name, definition.create).withoutRowid) {
    return { names: (primaryKey?.columns ?? []).map(quote), rowid: false };
  }
  // A column that is the number of the row goes by its own name, too.
  const numbered = columns.find(({ identity }) => identity !== null);
  if (numbered) return { names: [quote(numbered.name)], rowid: true };
  const taken = new Set(columns.map((column) => column.name.toLowerCase()));
  const free = ['rowid', '_rowid_', 'oid'].find((it) => !taken.has(it));
  return free === undefined ? null : { names: [free], rowid: true };
}
