import type { SequenceChange } from '../../log.js';
import type { SequenceValue, Value } from '../../model.js';
import type { SqliteSession } from '../session.js';
import { rowsOf } from './store.js';

/** SQLite makes its table of counters with the first table that is numbered by AUTOINCREMENT. */
const counters = 'SELECT 1 FROM main.sqlite_sequence LIMIT 1';

/** The names of those of which an entry is not as it was. The index serves what has no affinity: +. */
const moved = `
  SELECT n.name FROM main.sqlite_sequence n
  LEFT JOIN main.hfit_sequences k ON k.position = ? AND k.place = +n.rowid
  WHERE n.name IS NOT k.name OR n.seq IS NOT k.seq OR typeof(n.seq) <> typeof(k.seq)
  UNION
  SELECT k.name FROM main.hfit_sequences k LEFT JOIN main.sqlite_sequence n ON n.rowid = k.place
  WHERE k.position = ? AND n.name IS NOT k.name`;

export async function keepSequences(session: SqliteSession, position: bigint): Promise<void> {
  if (!(await rowsOf(session, counters))) return;
  await session.query(
    'INSERT INTO main.hfit_sequences SELECT ?, rowid, name, seq FROM main.sqlite_sequence',
    [position],
  );
}

/** The counters that do not stand where they stood. */
export async function sequenceChanges(
  session: SqliteSession,
  position: bigint,
): Promise<SequenceChange[]> {
  const rows = await rowsOf(session, moved, [position, position]);
  if (!rows || rows.length === 0) return [];
  const some = rows.map(([name]) => name as Value);
  const among = amongThese(some);
  const now = await session.query(
    `SELECT name, CAST(seq AS TEXT) FROM main.sqlite_sequence WHERE ${among} ORDER BY rowid`,
    some,
  );
  const kept = await session.query(
    `SELECT name, CAST(seq AS TEXT) FROM main.hfit_sequences
     WHERE position = ? AND ${among} ORDER BY place`,
    [position, ...some],
  );
  const [before, after] = [new Map(kept.map(entryOf)), new Map(now.map(entryOf))];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => ({
      schema: '',
      name,
      before: counterOf(before.get(name)),
      after: counterOf(after.get(name)),
    }));
}

const amongThese = (names: readonly Value[]) => `name IN (${names.map(() => '?').join(', ')})`;

function entryOf([name, value]: readonly Value[]): [string, string | null] {
  return [String(name), value as string | null];
}

function counterOf(last: string | null | undefined): SequenceValue | null {
  return last === null || last === undefined ? null : { last, called: true };
}

/** @returns how many did not stand where they stood */
export async function putSequencesBack(session: SqliteSession, position: bigint): Promise<number> {
  const changes = await sequenceChanges(session, position);
  if (changes.length === 0) return 0;
  const names = changes.map(({ name }) => name);
  const among = amongThese(names);
  await session.query(`DELETE FROM main.sqlite_sequence WHERE ${among}`, names);
  await session.query(
    `INSERT INTO main.sqlite_sequence (name, seq)
     SELECT name, seq FROM main.hfit_sequences WHERE position = ? AND ${among} ORDER BY place`,
    [position, ...names],
  );
  return changes.length;
}
