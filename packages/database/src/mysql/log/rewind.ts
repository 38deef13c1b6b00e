import { HfitError } from '@hot-fixture/errors';
import type { Rewound } from '../../log.js';
import { qualified, type Row, type SequenceState, sameTable } from '../../model.js';
import { deleteImages } from '../edit.js';
import { quote, quoteTable } from '../quote.js';
import { explained, readStates, timesIn, timesSql } from './altered.js';
import { keepPlace, noteOwnAlter } from './calm.js';
import { assertNotEmptied, checkSchema, look, type Seen } from './check.js';
import { begin, firstNotes, type Notes, netImages, type Sum } from './notes.js';
import { kept, keptColumns, logOf, type Tracked } from './plan.js';
import {
  checkpointNamed,
  end,
  type OpenLog,
  type State,
  type StoredCheckpoint,
  stateOf,
  withPatience,
} from './session.js';
import { accessDenied, dropTriggers, restoreTriggers, userTriggers } from './user-triggers.js';
import { bypassed } from './watch.js';

/** @throws as ChangeLog.rewind */
export async function rewind(log: OpenLog, name: string): Promise<Rewound> {
  const { session, plan } = log;
  const checkpoint = checkpointNamed(log, name);
  const state = await stateOf(log, checkpoint);
  const dropped = { any: false };
  try {
    const { sums, moved } = await withPatience(log, async () => {
      const { notes, counters, seen } = await beginUnwatched(log, state, dropped);
      const { sums } = seen;
      await assertNotEmptied(log, checkpoint, state, seen);
      const moved = state.sequences.filter((it) => !isAmong(counters, it));
      for (const sum of sums) if (!sum.notes.tracked.key) await putWholeBack(log, sum);
      const statements = [
        ...sums.filter((it) => it.notes.tracked.key).flatMap((it) => putBack(log, it)),
        ...forget(log, notes, checkpoint),
        ...(moved.length > 0 ? [isPending(checkpoint, 1)] : []),
        'COMMIT',
      ];
      if (moved.length > 0) await session.batch(statements);
      else await end(session, statements);
      if (notes.length + moved.length === 0) keepPlace(plan, name, seen.counts);
      return { sums, moved };
    });
    if (moved.length > 0) {
      await putCountersBack(log, checkpoint, moved, state, (it) => end(session, it));
    }
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

/** Begins when no trigger of a user is on a table that has to be written, and checks the schema. */
async function beginUnwatched(
  log: OpenLog,
  state: State,
  dropped: { any: boolean },
): Promise<{ notes: readonly Notes[]; counters: readonly SequenceState[]; seen: Seen }> {
  while (true) {
    const notes = await begin(log, state);
    const written = notes.map(({ tracked }) => tracked.table);
    const seen = await look(log, notes);
    // Before ours are made again, and with it put behind those of users.
    const { counters, watched } = await checkSchema(log, seen, state, dropped.any, written);
    const isWatched = dropped.any || written.some((it) => watched.has(qualified(it)));
    const triggers = isWatched ? await userTriggers(log, written) : [];
    if (triggers.length === 0) return { notes, counters, seen };
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
function putBack({ database }: OpenLog, { notes }: Sum): string[] {
  const { tracked } = notes;
  const [name, from] = [quoteTable(tracked.table), logOf(database, tracked)];
  const key = tracked.key as readonly string[];
  const same = key.map((it, i) => `t.${quote(it)} = f.k${i}`).join(' AND ');
  const keys = key.map((it, i) => `${kept(tracked, it)} AS k${i}`).join(', ');
  return [
    `DELETE t FROM (SELECT DISTINCT ${keys} FROM ${from} WHERE id > ${notes.position}) f
     STRAIGHT_JOIN ${name} t ON ${same}`,
    `INSERT INTO ${name} (${columnsOf(tracked)})
     SELECT ${valuesOf(tracked)} ${firstNotes(database, notes, '')} WHERE l.mark = 1`,
  ];
}

const columnsOf = ({ columns }: Tracked) => columns.map((it) => quote(it.name)).join(', ');
const valuesOf = (tracked: Tracked) =>
  keptColumns(tracked)
    .map((it) => `l.${it}`)
    .join(', ');

/** The same for a table without a key. */
async function putWholeBack(log: OpenLog, { notes }: Sum): Promise<void> {
  const { session, database } = log;
  const { tracked } = notes;
  const { table, columns } = tracked;
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
      `INSERT INTO ${quoteTable(table)} (${columnsOf(tracked)})
       SELECT ${valuesOf(tracked)} FROM ${logOf(database, tracked)} l WHERE l.id IN (${ids.join(', ')})`,
    );
  }
}

function forget(
  { database }: OpenLog,
  notes: readonly Notes[],
  { id }: StoredCheckpoint,
): string[] {
  return [
    ...notes.map(
      ({ tracked, position }) => `DELETE FROM ${logOf(database, tracked)} WHERE id > ${position}`,
    ),
    `DELETE FROM hfit_checkpoints WHERE id > ${id}`,
  ];
}

/**
 * This alters tables, so it comes after the commit; a crash before its end is mended by `heal`.
 * @param last runs the last statements
 */
async function putCountersBack(
  log: OpenLog,
  checkpoint: StoredCheckpoint,
  moved: readonly SequenceState[],
  state: State,
  last: (statements: readonly string[]) => Promise<unknown>,
): Promise<void> {
  const asked = [...timesSql(moved), 'START TRANSACTION READ WRITE', readStates];
  try {
    const answers = await withPatience(log, () => setCounters(log, moved, asked));
    const times = timesIn(answers.slice(0, -2).flat());
    await last([
      ...explained(answers.at(-1) as Row[], state.altered, times),
      isPending(checkpoint, 0),
      'COMMIT',
    ]);
  } catch (error) {
    if (error instanceof HfitError)
      throw error.at('the rows are back; the numbering of tables waits for another call');
    throw error;
  }
}

const isPending = ({ id }: StoredCheckpoint, it: 0 | 1) =>
  `UPDATE hfit_checkpoints SET pending = ${it} WHERE id = ${id}`;

/** @returns the rows of what was asked after it, in the same way to the server */
async function setCounters(
  log: OpenLog,
  moved: readonly SequenceState[],
  ask: readonly string[],
): Promise<Row[][]> {
  const owned = moved.map(
    (state) => log.plan.sequences.find((it) => sameTable(it, state))?.ownedBy ?? null,
  );
  const statements = moved.map((state, i) => {
    const next = state.value?.last ?? '1';
    const name = quoteTable(state);
    return owned[i]
      ? `ALTER TABLE ${name} AUTO_INCREMENT = ${next}`
      : `ALTER SEQUENCE ${name} RESTART WITH ${next}`;
  });
  const answers = await log.session.batch([...statements, ...ask]);
  noteOwnAlter(log.plan, owned.filter((it) => it !== null).length);
  return answers.slice(statements.length);
}

/** Finishes what a call that was cut off has left to do. */
export async function heal(log: OpenLog): Promise<void> {
  const pending = log.checkpoints.filter((it) => it.pending);
  if (!log.hasJournal && pending.length === 0) return;
  await withPatience(log, () => readTriggersAgain(log));
  const { session } = log;
  if (log.hasJournal) await restoreTriggers(log);
  for (const checkpoint of pending) {
    const state = await stateOf(log, checkpoint);
    await putCountersBack(log, checkpoint, state.sequences, state, (it) => session.batch(it));
  }
}

/**
 * Where a connection is killed while it reads the triggers of a table, MariaDB takes them for broken,
 * and keeps the table so, for everybody, until it is flushed. Without the privilege RELOAD that is left
 * to whoever has it.
 */
async function readTriggersAgain({ session, plan }: OpenLog): Promise<void> {
  const names = plan.tables.map(({ table }) => quoteTable(table));
  if (names.length === 0) return;
  await session.run(`FLUSH TABLES ${names.join(', ')}`).catch((error) => {
    const { errno } = error as { errno?: number };
    if (errno === undefined || !accessDenied.has(errno)) throw error;
  });
}
