import {
  assertAtomic,
  attempt,
  type Database,
  type Dialect,
  insertRows,
  qualified,
  type Reference,
  type Row,
  type Schema,
  type Session,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { actingOn, assertNoneFollows, losesKeys, referencesAround } from './acting-keys.js';
import { batches } from './batches.js';
import { refusal } from './conflict.js';
import { assertKeysHold } from './keys.js';
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

/**
 * @throws Shortage, HFIT_CHANGES_CONFLICT with the row that is not taken, HFIT_TRIGGERS_FIRE,
 *   HFIT_TABLE_NOT_ATOMIC
 */
export async function writeRows(
  database: Database,
  session: Session,
  schema: Schema,
  targets: readonly Target[],
  keysAreOff: boolean,
): Promise<void> {
  const { dialect } = database;
  const tables = targets.map(({ table }) => table);
  assertAtomic(dialect, tables);
  const unmuted = await dialect.muteTriggers(session, tables);
  const writing: Writing = { dialect, session, targets, acting: [] };
  if (keysAreOff) await replaceRows(writing);
  else await moveRows(writing, schema);
  for (const statement of unmuted) await session.run(statement);
}

interface Writing {
  readonly dialect: Dialect;
  readonly session: Session;
  readonly targets: readonly Target[];
  /** Foreign keys that this role cannot keep from changing other rows. */
  readonly acting: readonly Reference[];
}

type Step = (writing: Writing) => Promise<void>;

/**
 * All that goes, goes first: no value of a unique key is then in the way of another. It takes
 * foreign keys that do not act: they would follow a row that comes back at once.
 */
const replaceRows: Step = async (writing) => {
  for (const target of writing.targets.toReversed()) {
    const { deleted, updated } = target.changes;
    await remove(writing, target, [...deleted, ...updated.map((it) => it.before)]);
  }
  for (const target of writing.targets) {
    const { inserted, updated } = target.changes;
    await add(writing, target, [...inserted, ...updated.map((it) => it.after)]);
  }
};

const updates: Step = async ({ dialect, session, targets, acting }) => {
  for (const target of targets) {
    const { table, columns, changes } = target;
    for (const batch of batches(changes.updated)) {
      await assertNoneFollows({ dialect, session, acting }, target, 'onUpdate', batch);
      const found = await dialect.updateRows(
        session,
        table,
        columns,
        changes.key as readonly string[],
        batch,
      );
      if (found < batch.length) throw new Shortage(target);
    }
  }
};
/** The rows that point before those they point to. */
const deletes: Step = async (writing) => {
  for (const target of writing.targets.toReversed()) {
    await remove(writing, target, target.changes.deleted);
  }
};
const inserts: Step = async (writing) => {
  for (const target of writing.targets) await add(writing, target, target.changes.inserted);
};

/**
 * The way where foreign keys act. The owner of the tables puts the checks off, and takes keys away
 * that would change other rows; then updates come first, so that rows that stay let go of those
 * that will be deleted. Where a unique value is in the way of another, rows go and come back. For
 * others than the owner, one order serves where rows are to point to new ones, another where new
 * ones take the values of old ones.
 */
async function moveRows(writing: Writing, schema: Schema): Promise<void> {
  const { dialect, session, targets } = writing;
  const references = referencesAround(schema, targets);
  const acting = actingOn(references, targets);
  let isOwner = false;
  const asOwner = async (lifted: readonly Reference[], ...steps: readonly Step[]) => {
    const rest = references.filter((it) => !lifted.includes(it));
    const ends = (await dialect.lift?.(session, lifted)) ?? [];
    for (const statement of dialect.defer(rest)) await session.run(statement);
    isOwner = true;
    for (const step of steps) await step(writing);
    const broken = await attempt(dialect, session, async () => {
      for (const statement of [...dialect.settle(rest), ...ends]) await session.run(statement);
    });
    if (!broken) return;
    await assertKeysHold(dialect, session, schema, targets);
    throw broken.cause;
  };
  const asOther = async (...steps: readonly Step[]) => {
    for (const step of steps) await step({ ...writing, acting });
  };
  const losing = acting.filter((it) => losesKeys(it, targets));
  const causes: unknown[] = [];
  for (const way of [
    () => asOwner(losing, updates, deletes, inserts),
    () => asOwner(acting, replaceRows),
    () => asOther(inserts, updates, deletes),
    () => asOther(deletes, updates, inserts),
    () => asOther(replaceRows),
  ]) {
    if (isOwner && causes.length === 2) break;
    const failed = await attempt(dialect, session, way, 'hfit_way');
    if (!failed) return;
    causes.push(failed.cause);
  }
  const told = isOwner ? causes : causes.slice(2);
  throw told.find((it) => it instanceof HfitError) ?? told[0];
}

async function remove(writing: Writing, target: Target, rows: readonly Row[]): Promise<void> {
  const { dialect, session } = writing;
  const { table, columns, changes } = target;
  for (const batch of batches(rows)) {
    const going = batch.map((before) => ({ before, after: null }));
    await assertNoneFollows(writing, target, 'onDelete', going);
    const found = await dialect.deleteRows(session, table, columns, changes.key, batch);
    if (found < batch.length) throw new Shortage(target);
  }
}

async function add(
  { dialect, session }: Writing,
  target: Target,
  rows: readonly Row[],
): Promise<void> {
  for (const batch of batches(rows)) {
    const refused = await insertRows(dialect, session, target.table, target.columns, batch);
    if (refused) throw await refusal(dialect, session, target, refused);
  }
}
