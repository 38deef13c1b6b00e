import { HfitError } from '@hot-fixture/errors';
import type { Rewound } from '../../log.js';
import { type SequenceState, sameTable } from '../../model.js';
import { deleteImages } from '../edit.js';
import { quote, quoteTable } from '../quote.js';
import { explain, timesOf } from './altered.js';
import { assertNotEmptied, checkSchema } from './check.js';
import { begin, firstNotes, type Notes, netImages, type Sum, sumUp } from './notes.js';
import { kept, keptColumns, logOf } from './plan.js';
import {
  checkpointNamed,
  type OpenLog,
  type State,
  type StoredCheckpoint,
  stateOf,
  withPatience,
} from './session.js';
import { dropTriggers, restoreTriggers, userTriggers } from './user-triggers.js';
import { bypassed } from './watch.js';

/** @throws as ChangeLog.rewind */
export async function rewind(log: OpenLog, name: string): Promise<Rewound> {
  const { session } = log;
  const checkpoint = checkpointNamed(log, name);
  const state = await stateOf(log, checkpoint);
  const dropped = { any: false };
  try {
    const { sums, moved } = await withPatience(log, async () => {
      const notes = await beginUnwatched(log, state, dropped);
      const { counters } = await checkSchema(log, state, dropped.any);
      const sums = await sumUp(log, notes);
      await assertNotEmptied(log, state, sums);
      for (const sum of sums) await putBack(log, sum);
      await forget(log, notes, checkpoint);
      const moved = state.sequences.filter((it) => !isAmong(counters, it));
      if (moved.length > 0)
        await session.run(`UPDATE hfit_checkpoints SET pending = 1 WHERE id = ${checkpoint.id}`);
      await session.run('COMMIT');
      return { sums, moved };
    });
    if (moved.length > 0) await putCountersBack(log, checkpoint, moved, state);
    const tables = sums
      .filter(({ rows }) => rows > 0)
      .map(({ notes, rows }) => {
        const { schema, name } = notes.tracked.table;
        return { table: { schema, name }, rows };
      });
    return { tables, sequences: moved.length };
  } finally {
    if (dropped.any) {
      // To make a trigger ends a transaction, which may be half done.
      await session.run('ROLLBACK');
      await restoreTriggers(log);
    }
  }
}

/** Begins when no trigger of a user is on a table that has to be written. */
async function beginUnwatched(
  log: OpenLog,
  state: State,
  dropped: { any: boolean },
): Promise<Notes[]> {
  while (true) {
    const notes = await begin(log, state);
    if (notes.length === 0) return notes;
    const triggers = await userTriggers(
      log,
      notes.map(({ tracked }) => tracked.table),
    );
    if (triggers.length === 0) return notes;
    // Before ours are made again, and with it put behind those of users.
    await checkSchema(log, state, dropped.any);
    await log.session.run('ROLLBACK');
    dropped.any = true;
    await dropTriggers(log, triggers);
  }
}

export function isAmong(states: readonly SequenceState[], wanted: SequenceState): boolean {
  return states.some(
    ({ schema, name, value }) =>
      schema === wanted.schema && name === wanted.name && value?.last === wanted.value?.last,
  );
}

/** No foreign key acts in our session, so all that was touched goes, and the originals come. */
async function putBack(log: OpenLog, { notes }: Sum): Promise<void> {
  const { session, database } = log;
  const { tracked } = notes;
  const { table, key, columns } = tracked;
  const [name, from] = [quoteTable(table), logOf(database, tracked)];
  const list = columns.map((it) => quote(it.name)).join(', ');
  const values = keptColumns(tracked)
    .map((it) => `l.${it}`)
    .join(', ');
  if (key) {
    const same = key.map((it, i) => `t.${quote(it)} = f.k${i}`).join(' AND ');
    const keys = key.map((it, i) => `${kept(tracked, it)} AS k${i}`).join(', ');
    await session.run(
      `DELETE t FROM (SELECT DISTINCT ${keys} FROM ${from} WHERE id > ${notes.position}) f
       STRAIGHT_JOIN ${name} t ON ${same}`,
    );
    await session.run(
      `INSERT INTO ${name} (${list}) SELECT ${values} ${firstNotes(database, notes, '')} WHERE l.mark = 1`,
    );
    return;
  }
  const images = (await session.query(netImages(database, notes))) as [string, string, string][];
  const came = images.filter(([, net]) => Number(net) > 0);
  if (came.length > 0) {
    const wanted = came.map(([image, net]) => [image, Number(net)] as const);
    const sum = wanted.reduce((total, [, net]) => total + net, 0);
    if ((await deleteImages(session, table, columns, wanted)) !== sum)
      throw bypassed(log, `rows of table ${table.name} are not what was noted of them`);
  }
  for (let round = 1; ; round += 1) {
    const ids = images.filter(([, net]) => -Number(net) >= round).map(([, , id]) => id);
    if (ids.length === 0) return;
    await session.run(
      `INSERT INTO ${name} (${list}) SELECT ${values} FROM ${from} l WHERE l.id IN (${ids.join(', ')})`,
    );
  }
}

async function forget(
  { session, database }: OpenLog,
  notes: readonly Notes[],
  { id }: StoredCheckpoint,
): Promise<void> {
  for (const { tracked, position } of notes)
    await session.run(`DELETE FROM ${logOf(database, tracked)} WHERE id > ${position}`);
  await session.run(`DELETE FROM hfit_checkpoints WHERE id > ${id}`);
}

/** This alters tables, so it comes after the commit; a crash before its end is mended by `heal`. */
async function putCountersBack(
  log: OpenLog,
  { id }: StoredCheckpoint,
  moved: readonly SequenceState[],
  state: State,
): Promise<void> {
  try {
    await withPatience(log, () => setCounters(log, moved));
  } catch (error) {
    if (error instanceof HfitError)
      throw error.at('the rows are back; the numbering of tables waits for another call');
    throw error;
  }
  await log.session.run('START TRANSACTION READ WRITE');
  await explain(log.session, state.altered, await timesOf(log.session, moved));
  await log.session.run(`UPDATE hfit_checkpoints SET pending = 0 WHERE id = ${id}`);
  await log.session.run('COMMIT');
}

async function setCounters(log: OpenLog, moved: readonly SequenceState[]): Promise<void> {
  for (const state of moved) {
    const owned = log.plan.sequences.find((it) => sameTable(it, state))?.ownedBy;
    const next = state.value?.last ?? '1';
    const name = quoteTable(state);
    await log.session.run(
      owned
        ? `ALTER TABLE ${name} AUTO_INCREMENT = ${next}`
        : `ALTER SEQUENCE ${name} RESTART WITH ${next}`,
    );
  }
}

/** Finishes what a call that was cut off has left to do. */
export async function heal(log: OpenLog): Promise<void> {
  if (log.hasJournal) await restoreTriggers(log);
  for (const checkpoint of log.checkpoints.filter(({ pending }) => pending)) {
    const state = await stateOf(log, checkpoint);
    await putCountersBack(log, checkpoint, state.sequences, state);
  }
}
