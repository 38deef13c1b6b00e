import type { Session } from '../driver.js';
import type { Sequence, SequenceState } from '../model.js';
import { arrayLiteral } from './array.js';
import { literal, quoteTable } from './quote.js';

export async function readSequences(
  session: Session,
  sequences: readonly Sequence[],
): Promise<SequenceState[]> {
  if (sequences.length === 0) return [];
  const each = sequences.map(
    (sequence) => `SELECT last_value, is_called FROM ${quoteTable(sequence)}`,
  );
  const rows = await session.query(each.join(' UNION ALL '));
  return sequences.map(({ schema, name }, i) => {
    const [last, called] = rows[i] as string[];
    return { schema, name, value: { last: last as string, called: called === 't' } };
  });
}

/**
 * Writes where sequences stand. `setval` alone outlives a rollback; on the new storage that a
 * restart gives the sequence, it goes with it. A restart takes the owner; others only set.
 */
export async function writeSequences(
  session: Session,
  states: readonly SequenceState[],
): Promise<void> {
  if (states.length === 0) return;
  const owned = await session.query(
    `SELECT pg_has_role(c.relowner, 'USAGE') FROM unnest($1::text[]) WITH ORDINALITY g(name, i)
     JOIN pg_class c ON c.oid = g.name::regclass ORDER BY g.i`,
    [arrayLiteral(states.map(quoteTable))],
  );
  const statements = states.flatMap((state, i) => {
    const restart = `ALTER SEQUENCE ${quoteTable(state)} RESTART`;
    const name = literal(quoteTable(state));
    const { last, called } = state.value ?? { last: '', called: false };
    const set = `SELECT pg_catalog.setval(${name}, ${literal(last)}, ${called})`;
    return [...(owned[i]?.[0] === 't' ? [restart] : []), ...(state.value ? [set] : [])];
  });
  await session.run(statements.join('; '));
}
