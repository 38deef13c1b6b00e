import {
  type Database,
  type Guard,
  insertRows,
  qualified,
  type Row,
  type Schema,
  type Session,
  type Table,
} from '@hot-fixture/database';
import { batches } from './batches.js';
import type { ChangeSet } from './change-set.js';
import { conflict, explainShortage, refusal } from './conflict.js';
import { assertKeysHold } from './keys.js';
import { SequencePlan } from './sequences.js';
import { type Target, targetsOf } from './target.js';

export interface ApplyOptions extends Guard {
  /**
   * `exact` wants each sequence where the change set begins, as it wants rows; `set` puts it where
   * the change set ends, wherever it stands.
   */
  readonly sequences?: 'exact' | 'set';
  /** Leaves rows whose foreign key points to nothing, as a state to go back to may hold them. */
  readonly allowOrphans?: boolean;
}

/**
 * Makes a change set happen, in one transaction: all of it, or nothing. It is strict: each row that
 * it updates or deletes has to be there to the bit, and no row that it inserts. Triggers of users
 * do not fire. Foreign keys may be broken on the way, and hold at the end. Where a dialect cannot
 * roll sequences back, they are put right after the commit.
 * @throws HFIT_CHANGES_CONFLICT, HFIT_CHANGES_SCHEMA, HFIT_TRIGGERS_FIRE, HFIT_LOAD_DIALECT,
 *   HFIT_NOT_A_TEST_DATABASE, HFIT_DATABASE_LOST
 */
export async function apply(
  database: Database,
  changes: ChangeSet,
  options: ApplyOptions = {},
): Promise<void> {
  const { dialect } = database;
  const met: { shortage?: Target; sequences?: SequencePlan } = {};
  try {
    await database.transactionWithoutKeys(async (session, keysAreOff) => {
      const schema = await schemaAround(database, session, changes);
      const targets = targetsOf(database, schema, changes);
      const sequences = await SequencePlan.begin(dialect, session, schema, changes, options);
      met.sequences = sequences;
      const missed = await writeRows(database, session, schema, targets, keysAreOff);
      if (missed) {
        met.shortage = missed;
        throw conflict(missed, null, 'it is not there as it was');
      }
      if (!options.allowOrphans) await assertKeysHold(dialect, session, schema, targets);
      if (dialect.capabilities.transactionalSequences) await sequences.finish(session);
    }, options);
  } catch (error) {
    throw met.shortage ? await explainShortage(database, met.shortage, error) : error;
  }
  const { sequences } = met;
  if (dialect.capabilities.transactionalSequences || !sequences) return;
  await database.transaction((session) => sequences.finish(session), options);
}

/** The schemas of a user of this database, for keys from there count; and those of the changes. */
async function schemaAround(
  { dialect }: Database,
  session: Session,
  { tables, sequences }: ChangeSet,
): Promise<Schema> {
  const usual = await dialect.introspect(session);
  const known = new Set(usual.tables.map(qualified));
  if (tables.every((table) => known.has(qualified(table)))) return usual;
  const named = [...usual.tables, ...tables, ...sequences].map(({ schema }) => schema);
  return dialect.introspect(session, [...new Set(named)]);
}

/** Gives back the target that has not all the rows that were to go. */
async function writeRows(
  database: Database,
  session: Session,
  schema: Schema,
  targets: readonly Target[],
  keysAreOff: boolean,
): Promise<Target | null> {
  const { dialect } = database;
  const tables = targets.map(({ table }) => table);
  const references = referencesAround(schema, tables);
  const unmuted = await dialect.muteTriggers(session, tables);
  if (!keysAreOff) {
    for (const statement of dialect.defer(references)) await session.run(statement);
  }
  const missed = keysAreOff
    ? await replaceRows(database, session, targets)
    : await moveRows(database, session, targets);
  if (missed) return missed;
  if (!keysAreOff) {
    for (const statement of dialect.settle(references)) await session.run(statement);
  }
  for (const statement of unmuted) await session.run(statement);
  return null;
}

/**
 * All that goes, goes first: no value of a unique key is then in the way of another. It takes
 * foreign keys that do not act: they would follow a row that comes back at once.
 */
async function replaceRows(database: Database, session: Session, targets: readonly Target[]) {
  for (const target of targets) {
    const { deleted, updated } = target.changes;
    const gone = [...deleted, ...updated.map(({ before }) => before)];
    if (!(await deleteRows(database, session, target, gone))) return target;
  }
  for (const target of targets) {
    const { inserted, updated } = target.changes;
    await addRows(database, session, target, [...inserted, ...updated.map((it) => it.after)]);
  }
  return null;
}

/**
 * The way where foreign keys act: updates first, so that rows that stay let go of those that will
 * be deleted; then the rows that point before those they point to.
 */
async function moveRows(database: Database, session: Session, targets: readonly Target[]) {
  const { dialect } = database;
  for (const target of targets) {
    const { key, updated } = target.changes;
    for (const updates of batches(updated)) {
      const found = await dialect.updateRows(
        session,
        target.table,
        target.columns,
        key as readonly string[],
        updates,
      );
      if (found < updates.length) return target;
    }
  }
  for (const target of targets.toReversed()) {
    if (!(await deleteRows(database, session, target, target.changes.deleted))) return target;
  }
  for (const target of targets) {
    await addRows(database, session, target, target.changes.inserted);
  }
  return null;
}

async function deleteRows(
  { dialect }: Database,
  session: Session,
  { table, columns, changes }: Target,
  rows: readonly Row[],
): Promise<boolean> {
  for (const batch of batches(rows)) {
    const found = await dialect.deleteRows(session, table, columns, changes.key, batch);
    if (found < batch.length) return false;
  }
  return true;
}

async function addRows(
  { dialect }: Database,
  session: Session,
  target: Target,
  rows: readonly Row[],
): Promise<void> {
  for (const batch of batches(rows)) {
    const refused = await insertRows(dialect, session, target.table, target.columns, batch);
    if (refused) throw await refusal(dialect, session, target, refused);
  }
}

/** The foreign keys of these tables, and those of others that point to them. */
function referencesAround(schema: Schema, tables: readonly Table[]) {
  const names = new Set(tables.map(qualified));
  return schema.tables.flatMap((table) =>
    table.foreignKeys
      .filter(({ target }) => names.has(qualified(table)) || names.has(qualified(target)))
      .map((foreignKey) => ({ table, foreignKey })),
  );
}
