import {
  type Database,
  qualified,
  rowKey,
  type Schema,
  type SequenceChange,
  type SequenceState,
  type Table,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { ChangeSet, TableChanges } from './change-set.js';
import { byName, NetChanges } from './net.js';
import { emptyState, ownColumns, type State, withState } from './state.js';

export interface DiffOptions {
  /** Only these; by default the ones that a user of the database would mean. */
  readonly schemas?: readonly string[];
}

/**
 * What would have to happen to `a` to make it `b`. The rows of one table of `a` at a time are held
 * in memory, those of `b` are streamed.
 * @throws HFIT_CHANGES_SCHEMA where the two have not the same tables, HFIT_DATABASE_UNREACHABLE,
 *   HFIT_DATABASE_LOST
 */
export function diff(
  a: Database | State,
  b: Database | State,
  options: DiffOptions = {},
): Promise<ChangeSet> {
  // A single connection lends one moment at a time, and would wait for itself.
  if (a === b) return withState(a, options.schemas, (state) => diffStates(state, state));
  return withState(a, options.schemas, (before) =>
    withState(b, options.schemas, (after) => diffStates(before, after)),
  );
}

/**
 * All that a database holds, as the change set from the empty one. For data of test size: it is
 * held in memory.
 * @throws HFIT_DATABASE_UNREACHABLE, HFIT_DATABASE_LOST
 */
export function snapshotOf(database: Database | State, options: DiffOptions = {}) {
  return withState(database, options.schemas, (state) =>
    diffStates(emptyState(state.schema), state),
  );
}

async function diffStates(before: State, after: State): Promise<ChangeSet> {
  assertSameSchema(before.schema, after.schema);
  const tables: TableChanges[] = [];
  for (const table of after.schema.tables) {
    const changes = await diffTable(before, after, table);
    if (changes) tables.push(changes);
  }
  return {
    dialect: after.schema.dialect,
    tables: tables.sort(byName),
    sequences: sequenceChanges(await before.sequences(), await after.sequences()),
  };
}

async function diffTable(before: State, after: State, table: Table) {
  const columns = ownColumns(table);
  const names = columns.map(({ name }) => name);
  const net = new NetChanges(table, names, rowKey(table));
  for await (const batch of before.rows(table, columns)) for (const row of batch) net.before(row);
  for await (const batch of after.rows(table, columns)) for (const row of batch) net.after(row);
  return net.changes();
}

/** The sequences that do not stand where they stood, in the order of their names. */
export function sequenceChanges(
  before: readonly SequenceState[],
  after: readonly SequenceState[],
): SequenceChange[] {
  const values = new Map(before.map((it) => [qualified(it), it.value]));
  return after
    .map(({ schema, name, value }) => ({
      schema,
      name,
      before: values.get(qualified({ schema, name })) ?? null,
      after: value,
    }))
    .filter((it) => !sameSequenceValue(it.before, it.after))
    .sort(byName);
}

export function sameSequenceValue(a: SequenceState['value'], b: SequenceState['value']): boolean {
  return a?.last === b?.last && a?.called === b?.called;
}

/** Rows can be compared where tables have the same columns; how they are indexed is no matter. */
function assertSameSchema(a: Schema, b: Schema): void {
  if (a.dialect !== b.dialect) {
    throw new HfitError('HFIT_LOAD_DIALECT', { from: a.dialect, to: b.dialect });
  }
  const shapes = (schema: Schema) => new Map(schema.tables.map((it) => [qualified(it), shape(it)]));
  const [before, after] = [shapes(a), shapes(b)];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    if (before.get(name) === after.get(name)) continue;
    const only = !before.has(name) || !after.has(name);
    throw new HfitError('HFIT_CHANGES_SCHEMA', {
      change: only ? `only one of them has table ${name}` : `table ${name} has other columns`,
    });
  }
}

function shape(table: Table): string {
  return JSON.stringify([table.columns.map(({ name, type }) => [name, type]), rowKey(table)]);
}
