import { qualified } from '../../model.js';
import { quoteTable } from '../quote.js';
import { alteredOf, isFresh, nextSecond } from './altered.js';
import { emptyCaches } from './cached-sequences.js';
import { checkSchema, emptied, look } from './check.js';
import { innerOf } from './inner.js';
import { begin, unionAll } from './notes.js';
import { logOf } from './plan.js';
import {
  end,
  type OpenLog,
  type State,
  type StoredCheckpoint,
  stateOf,
  store,
  withPatience,
} from './session.js';

/** @throws as ChangeLog.checkpoint */
export async function checkpoint(log: OpenLog, name: string): Promise<void> {
  const { session, plan, checkpoints } = log;
  const latest = checkpoints.at(-1) as StoredCheckpoint;
  const isSet = await withPatience(log, async () => {
    await emptyCaches(log);
    const base = await stateOf(log, latest);
    const notes = await begin(log, base);
    const seen = await look(log, notes);
    const { counters: sequences, listed } = await checkSchema(log, seen, null);
    if (isFresh(plan, listed)) {
      await session.run('ROLLBACK');
      return false;
    }
    const altered = alteredOf(plan, listed);
    const { sums } = seen;
    const rows = [...base.rows];
    for (const { notes: it, before, after } of sums) {
      rows[it.tracked.n] = (rows[it.tracked.n] ?? 0) + after - before;
    }
    // What went without a note is gone for the checkpoints before this one, which will tell so.
    const recounted = new Set(await emptied(log, base, sums));
    for (const it of plan.tables) {
      const name = qualified(it.table);
      if (base.altered[name] !== altered[name]) recounted.add(it);
    }
    const counted = await unionAll(session, [...recounted], ({ n, table }) => {
      return `SELECT ${n}, COUNT(*) FROM ${quoteTable(table)}`;
    });
    for (const [n, count] of counted) rows[Number(n)] = Number(count);
    const positions = plan.tables.map(({ n }) => base.positions[n] ?? 0);
    for (const { tracked, last } of notes) positions[tracked.n] = last;

    const inner = await innerOf(log);
    const state = { positions, rows, sequences, altered, inner };
    const gone = checkpoints.filter((it) => it.name === name || it.name === '');
    await store(session, name, state);
    if (gone.length > 0) {
      const ids = gone.map(({ id }) => id).join(', ');
      await session.run(`DELETE FROM hfit_checkpoints WHERE id IN (${ids})`);
      await purge(log, gone, state);
    }
    await end(session, ['COMMIT']);
    return true;
  });
  if (isSet) return;
  await nextSecond(session);
  await checkpoint(log, name);
}

/** Deletes the notes that no checkpoint needs any more. */
async function purge(log: OpenLog, gone: readonly StoredCheckpoint[], state: State): Promise<void> {
  const { session, database, plan, checkpoints } = log;
  const [first] = checkpoints;
  if (!first || !gone.includes(first)) return;
  const left = checkpoints.find((it) => !gone.includes(it));
  const earliest = left ? await stateOf(log, left) : state;
  for (const tracked of plan.tables) {
    const position = earliest.positions[tracked.n] ?? 0;
    if (position > 0)
      await session.run(`DELETE FROM ${logOf(database, tracked)} WHERE id <= ${position}`);
  }
}
