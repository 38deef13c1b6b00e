import {
  type Column,
  dialectNamed,
  orderByForeignKeys,
  qualified,
  type Row,
  type Schema,
  type Sequence,
  type Table,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { batches } from '../batches.js';
import type { ChangeSet, TableChanges } from '../change-set.js';

/**
 * Writes a change set as a script for the client program of its dialect (`psql`, `mysql`,
 * `sqlite3`): one transaction, which ends at the first error. A row that is not there as it was is
 * passed over, for a script cannot ask; one that is there already is an error. On PostgreSQL the
 * role has to be allowed to set `session_replication_role`; elsewhere triggers of users fire.
 * @param schema of the database that it is for
 * @returns pieces of text
 * @throws HFIT_CHANGES_SCHEMA where a table or sequence is not in the schema, HFIT_LOAD_DIALECT
 */
export function* writeSql(changes: ChangeSet, schema: Schema): Generator<string> {
  const dialect = dialectNamed(changes.dialect);
  if (schema.dialect !== changes.dialect) {
    throw new HfitError('HFIT_LOAD_DIALECT', { from: changes.dialect, to: schema.dialect });
  }
  const { editScript, capabilities } = dialect;
  const parts = partsOf(changes, schema);
  const sequences = changes.sequences.map(
    (change) => `${editScript.sequence(sequenceOf(schema, change), change.after)};\n`,
  );
  yield dialect.scriptPrologue.map((line) => `${line}\n`).join('');
  for (const statement of editScript.begin) yield `${statement};\n`;
  for (const { table, columns, deleted, updated, key } of parts) {
    for (const row of [...deleted, ...updated.map((it) => it.before)]) {
      yield `${editScript.deleteRow(table, columns, key, row)};\n`;
    }
  }
  for (const { table, columns, inserted, updated } of parts) {
    const rows: Row[] = [...inserted, ...updated.map((it) => it.after)];
    for (const batch of batches(rows)) yield dialect.insertScript(table, columns, batch);
  }
  if (capabilities.transactionalSequences) yield* sequences;
  yield `${dialect.commit};\n`;
  if (!capabilities.transactionalSequences) yield* sequences;
}

interface Part extends Omit<TableChanges, 'columns'> {
  readonly table: Table;
  readonly columns: readonly Column[];
}

/** What happens to each table, targets of foreign keys first. */
function partsOf(changes: ChangeSet, schema: Schema): Part[] {
  const byName = new Map(changes.tables.map((it) => [qualified(it), it]));
  const tables = schema.tables.filter((table) => byName.has(qualified(table)));
  const missing = changes.tables.find(
    (it) => !tables.some((one) => qualified(one) === qualified(it)),
  );
  if (missing) throw refused(`there is no table ${qualified(missing)}`);
  return orderByForeignKeys(tables).tables.map((table) => {
    const part = byName.get(qualified(table)) as TableChanges;
    const columns = part.columns.map((name) => {
      const column = table.columns.find((it) => it.name === name);
      if (!column) throw refused(`table ${qualified(table)} has no column ${name}`);
      return column;
    });
    return { ...part, table, columns };
  });
}

function sequenceOf(schema: Schema, named: { schema: string; name: string }): Sequence {
  const found = schema.sequences.find((it) => qualified(it) === qualified(named));
  if (found) return found;
  throw refused(`there is no sequence ${qualified(named)}`);
}

function refused(change: string): HfitError {
  return new HfitError('HFIT_CHANGES_SCHEMA', { change });
}
