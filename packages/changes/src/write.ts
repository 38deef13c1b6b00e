import {
  attempt,
  type Database,
  type Dialect,
  insertRows,
  qualified,
  type Row,
  type Schema,
  type Session,
  type Table,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { batches } from './batches.js';
import { refusal } from './conflict.js';
import type { Target } from './target.js';

/** Not all rows that were to change are there as they were. */
export class Shortage extends HfitError<'HFIT_CHANGES_CONFLICT'> {
  readonly target: Target;

  constructor(target: Target) {
    const [key, reason] = ['one of its rows', 'it is not there as it was'];
    super('HFIT_CHANGES_CONFLICT', { table: qualified(target.table), key, reason });
    this.target = target;
  }
}

/** @throws Shortage, HFIT_CHANGES_CONFLICT with the row that is not taken, HFIT_TRIGGERS_FIRE */
export async function writeRows(
  database: Database,
  session: Session,
  schema: Schema,
  targets: readonly Target[],
  keysAreOff: boolean,
): Promise<void> {
  const { dialect } = database;
  const tables = targets.map(({ table }) => table);
  const unmuted = await dialect.muteTriggers(session, tables);
  if (keysAreOff) await replaceRows(dialect, session, targets);
  else await moveRows(dialect, session, targets, referencesAround(schema, tables));
  for (const statement of unmuted) await session.run(statement);
}

/**
 * All that goes, goes first: no value of a unique key is then in the way of another. It takes
 * foreign keys that do not act: they would follow a row that comes back at once.
 */
async function replaceRows(dialect: Dialect, session: Session, targets: readonly Target[]) {
  for (const target of targets) {
    const { deleted, updated } = target.changes;
    await remove(dialect, session, target, [...deleted, ...updated.map((it) => it.before)]);
  }
  for (const target of targets) {
    const { inserted, updated } = target.changes;
    await add(dialect, session, target, [...inserted, ...updated.map((it) => it.after)]);
  }
}

type Step = (dialect: Dialect, session: Session, targets: readonly Target[]) => Promise<void>;

const updates: Step = async (dialect, session, targets) => {
  for (const target of targets) {
    for (const batch of batches(target.changes.updated)) {
      const { table, columns, changes } = target;
      const key = changes.key as readonly string[];
      const found = await dialect.updateRows(session, table, columns, key, batch);
      if (found < batch.length) throw new Shortage(target);
    }
  }
};
/** The rows that point before those they point to. */
const deletes: Step = async (dialect, session, targets) => {
  for (const target of targets.toReversed()) {
    await remove(dialect, session, target, target.changes.deleted);
  }
};
const inserts: Step = async (dialect, session, targets) => {
  for (const target of targets) await add(dialect, session, target, target.changes.inserted);
};

/**
 * The way where foreign keys act. The owner of the tables puts the checks off; then updates come
 * first, so that rows that stay let go of those that will be deleted. For others, one order serves
 * where rows are to point to new ones, another where new ones take the values of old ones.
 */
async function moveRows(
  dialect: Dialect,
  session: Session,
  targets: readonly Target[],
  references: ReturnType<typeof referencesAround>,
): Promise<void> {
  const run = async (statements: readonly string[]) => {
    for (const statement of statements) await session.run(statement);
  };
  const refused = await attempt(dialect, session, () => run(dialect.defer(references)));
  if (!refused) {
    for (const step of [updates, deletes, inserts]) await step(dialect, session, targets);
    return run(dialect.settle(references));
  }
  const inOrder = (steps: readonly Step[]) =>
    attempt(dialect, session, async () => {
      for (const step of steps) await step(dialect, session, targets);
    });
  const failed = await inOrder([inserts, updates, deletes]);
  if (failed && (await inOrder([deletes, updates, inserts]))) throw failed.cause;
}

async function remove(
  dialect: Dialect,
  session: Session,
  target: Target,
  rows: readonly Row[],
): Promise<void> {
  const { table, columns, changes } = target;
  for (const batch of batches(rows)) {
    const found = await dialect.deleteRows(session, table, columns, changes.key, batch);
    if (found < batch.length) throw new Shortage(target);
  }
}

async function add(
  dialect: Dialect,
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
