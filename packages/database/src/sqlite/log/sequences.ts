import type { SequenceChange } from '../../log.js';
import type { SequenceValue, Value } from '../../model.js';
import type { SqliteSession } from '../session.js';
import { rowsOf } from './store.js';

/** SQLite makes its table of counters with the first table that is numbered by AUTOINCREMENT. */
const counters = 'SELECT name, CAST(seq AS TEXT) FROM main.sqlite_sequence';

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
  const now = await rowsOf(session, counters);
  if (!now) return [];
  const kept = await session.query(
    'SELECT name, CAST(seq AS TEXT) FROM main.hfit_sequences WHERE position = ?',
    [position],
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

function entryOf([name, value]: readonly Value[]): [string, string | null] {
  return [String(name), value as string | null];
}

function counterOf(last: string | null | undefined): SequenceValue | null {
  return last === null || last === undefined ? null : { last, called: true };
}

export async function putSequencesBack(session: SqliteSession, position: bigint): Promise<void> {
  // Rows that came back have moved them, too.
  for (const { name } of await sequenceChanges(session, position)) {
    await session.query('DELETE FROM main.sqlite_sequence WHERE name = ?', [name]);
    await session.query(
      `INSERT INTO main.sqlite_sequence (name, seq)
       SELECT name, seq FROM main.hfit_sequences WHERE position = ? AND name = ? ORDER BY place`,
      [position, name],
    );
  }
}
