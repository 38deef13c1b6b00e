import {
  type Database,
  type Guard,
  qualified,
  type Schema,
  type Session,
} from '@hot-fixture/database';
import type { ChangeSet } from './change-set.js';
import { explainShortage } from './conflict.js';
import { assertKeysHold } from './keys.js';
import { SequencePlan } from './sequences.js';
import { targetsOf } from './target.js';
import { Shortage, writeRows } from './write.js';

export interface ApplyOptions extends Guard {
  /**
   * `exact` wants each sequence where the change set begins, as it wants rows; `set` puts it where
   * the change set ends, wherever it stands; `forward` does so unless it is further already.
   */
  readonly sequences?: 'exact' | 'set' | 'forward';
  /** Leaves rows whose foreign key points to nothing, as a state to go back to may hold them. */
  readonly allowOrphans?: boolean;
  /** All that a user of the database would mean, where the caller knows it; by default it is read. */
  readonly schema?: Schema;
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
  const met: { sequences?: SequencePlan } = {};
  try {
    await database.transactionWithoutKeys(async (session, keysAreOff) => {
      const schema = await schemaAround(database, session, changes, options.schema);
      const targets = targetsOf(database, schema, changes);
      const sequences = await SequencePlan.begin(dialect, session, schema, changes, options);
      met.sequences = sequences;
      await writeRows(database, session, schema, targets, keysAreOff);
      if (!options.allowOrphans) await assertKeysHold(dialect, session, schema, targets);
      if (dialect.capabilities.transactionalSequences) await sequences.finish(session);
    }, options);
  } catch (error) {
    throw error instanceof Shortage ? await explainShortage(database, error) : error;
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
  known: Schema | undefined,
): Promise<Schema> {
  const usual = known ?? (await dialect.introspect(session));
  const there = new Set(usual.tables.map(qualified));
  if (tables.every((table) => there.has(qualified(table)))) return usual;
  const named = [...usual.tables, ...tables, ...sequences].map(({ schema }) => schema);
  return dialect.introspect(session, [...new Set(named)]);
}
