import {
  type Column,
  type Database,
  deleteAll,
  type Guard,
  insertRows,
  orderByForeignKeys,
  qualified,
  type Row,
  resolveTable,
  type Table,
  type Value,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Scope } from '../state/scope.js';
import { ownColumns } from '../state/stored.js';
import type { GemRow, GemValue } from './read.js';

interface Load {
  readonly table: Table;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/**
 * Makes a database what a fixpoint of the Ruby gem says, in one transaction. The database reads the
 * values as it reads those of any client; sequences are moved past the rows, as the gem does.
 * @throws HFIT_FIXPOINT_GEM, HFIT_FIXPOINT_ROW, HFIT_TABLE_UNKNOWN, HFIT_NOT_A_TEST_DATABASE
 */
export async function loadGem(
  database: Database,
  name: string,
  tables: ReadonlyMap<string, readonly GemRow[]>,
  scope: Scope,
  guard: Guard,
): Promise<void> {
  const { dialect } = database;
  const loads = new Map<string, Load>();
  for (const [given, rows] of tables) {
    const table = resolveTable(scope.whole, given);
    if (scope.includes(table)) loads.set(qualified(table), loadOf(database, table, rows));
  }
  const { transactionalSequences } = dialect.capabilities;
  const begun = scope.schema.sequences
    .filter(({ ownedBy }) => ownedBy !== null)
    .map((it) => ({ schema: it.schema, name: it.name, value: null }));
  await database.transactionWithoutKeys(async (session) => {
    const { tables: ordered, cyclic } = orderByForeignKeys(scope.schema.tables);
    const unmuted = await dialect.muteTriggers(session, ordered);
    for (const statement of dialect.defer(cyclic)) await session.run(statement);
    await deleteAll(dialect, session, ...ordered.toReversed());
    // From their beginning, inserts and what follows move them past the rows.
    if (transactionalSequences) await dialect.writeSequences(session, begun);
    for (const table of ordered) {
      const load = loads.get(qualified(table));
      for (let at = 0; load && at < load.rows.length; at += 500) {
        const rows = load.rows.slice(at, at + 500);
        const refused = await insertRows(dialect, session, table, load.columns, rows);
        if (!refused) continue;
        const number = at + rows.indexOf(refused.row) + 1;
        const reason = `row ${number} of table ${qualified(table)}: ${refused.reason}`;
        throw new HfitError('HFIT_FIXPOINT_ROW', { name, reason }, { cause: refused.cause });
      }
    }
    for (const statement of dialect.settle(cyclic)) await session.run(statement);
    for (const statement of unmuted) await session.run(statement);
    for (const statement of dialect.renumber(ordered)) await session.run(statement);
  }, guard);
  if (transactionalSequences) return;
  await database.transaction((session) => dialect.writeSequences(session, begun), guard);
}

/** The gem writes every column of each row; one that is new since gets its default. */
function loadOf(database: Database, table: Table, rows: readonly GemRow[]): Load {
  const names = new Set(rows.flatMap((row) => [...row.keys()]));
  const own = ownColumns(table);
  for (const name of names) {
    if (table.columns.some((it) => it.name === name)) continue;
    const reason = `table ${qualified(table)} has no column "${name}"`;
    throw new HfitError('HFIT_FIXPOINT_GEM', { reason }, { where: database.location });
  }
  const columns = own.filter((it) => names.has(it.name));
  const { truthIsNumber } = database.dialect.capabilities;
  return {
    table,
    columns,
    rows: rows.map((row) =>
      columns.map((column) => boundValue(row.get(column.name) ?? null, column, truthIsNumber)),
    ),
  };
}

function boundValue(value: GemValue, column: Column, truthIsNumber: boolean): Value {
  if (value === null) return null;
  if (value instanceof Uint8Array) {
    // Where bytes travel as text, their type says so.
    return column.type === 'bytea' ? `\\x${Buffer.from(value).toString('hex')}` : value;
  }
  if (typeof value === 'boolean') return truthIsNumber ? String(Number(value)) : String(value);
  if (typeof value === 'object') return JSON.stringify(value.json);
  return column.kind === 'timestamp' ? timeOf(value, column) : value;
}

/** Ruby writes the zone after a space, and nine digits of a second. */
function timeOf(value: string, { type }: Column): string {
  const time = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))? ?(Z|[+-]\d\d:?\d\d)$/.exec(
    value,
  );
  if (!time) return value;
  const [, day, clock, fraction = '', zone = 'Z'] = time;
  const utc = new Date(`${day}T${clock}${zone.replace(/(\d\d)(\d\d)$/, '$1:$2')}`);
  const part = fraction.slice(0, 6).replace(/0+$/, '');
  const text = utc.toISOString().slice(0, 19).replace('T', ' ') + (part === '' ? '' : `.${part}`);
  // Where a zone is kept, one that is missing would be taken from the session.
  return /with time zone|timestamptz/.test(type) ? `${text}+00` : text;
}
