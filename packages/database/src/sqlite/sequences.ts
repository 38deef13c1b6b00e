import type { Session } from '../driver.js';
import type { Sequence, SequenceState } from '../model.js';

/** What AUTOINCREMENT has given out, by table. */
export async function readSequences(
  session: Session,
  sequences: readonly Sequence[],
): Promise<SequenceState[]> {
  // The table of all counters is there as soon as one table is numbered so.
  if (sequences.length === 0) return [];
  const rows = await session.query('SELECT name, CAST(seq AS TEXT) FROM main.sqlite_sequence');
  const last = new Map(rows.map(([name, value]) => [name, value as string | null]));
  return sequences.map(({ schema, name }) => {
    const value = last.get(name) ?? null;
    return { schema, name, value: value === null ? null : { last: value, called: true } };
  });
}

export async function writeSequences(
  session: Session,
  states: readonly SequenceState[],
): Promise<void> {
  for (const { name, value } of states) {
    await session.query('DELETE FROM main.sqlite_sequence WHERE name = ?', [name]);
    if (!value) continue;
    // SQLite keeps what it gave out last, and knows no number that is only to come.
    const last = BigInt(value.last) - (value.called ? 0n : 1n);
    await session.query('INSERT INTO main.sqlite_sequence (name, seq) VALUES (?, ?)', [name, last]);
  }
}
