import { HfitError } from '@hot-fixture/errors';
import type { Session } from '../driver.js';
import type { Column, Sequence, SequenceState, Table } from '../model.js';
import { arrayLiteral } from './array.js';
import { literal, quote, quoteTable } from './quote.js';

/** @throws HFIT_SEQUENCE_HIDDEN where the role may no more than draw from one */
export async function readSequences(
  session: Session,
  sequences: readonly Sequence[],
): Promise<SequenceState[]> {
  if (sequences.length === 0) return [];
  const each = sequences.map(
    (sequence) => `SELECT last_value, is_called FROM ${quoteTable(sequence)}`,
  );
  const rows = await session.query(each.join(' UNION ALL ')).catch((error) => {
    const { code, message } = error as { code?: string; message: string };
    if (code !== '42501') throw error;
    throw new HfitError('HFIT_SEQUENCE_HIDDEN', { reason: message }, { cause: error });
  });
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

/**
 * Statements that move the sequences of numbered columns past the largest number in them, and never
 * back; where the role owns a sequence, so that a rollback takes it back.
 */
export function renumber(tables: readonly Table[]): string[] {
  return tables.flatMap((table) => table.columns.flatMap((column) => pastLastRow(table, column)));
}

function pastLastRow(table: Table, column: Column): string[] {
  const numbered = column.identity !== null || /^nextval\(/.test(column.default ?? '');
  if (!numbered || column.kind !== 'integer') return [];
  const [name, of] = [literal(column.name), literal(quoteTable(table))];
  const [sequence, values] = [`pg_get_serial_sequence(${of}, ${name})`, quote(column.name)];
  return [
    `DO ${literal(`
DECLARE
  it record;
BEGIN
  SELECT x.s, x.m, pg_has_role(c.relowner, 'USAGE') AS owned INTO it FROM (
    SELECT q.seqrelid::regclass AS s, q.seqincrement > 0 AS up, q.seqmin, q.seqmax,
           coalesce(pg_sequence_last_value(q.seqrelid), q.seqstart - q.seqincrement) AS last,
           CASE WHEN q.seqincrement > 0 THEN (SELECT max(${values}) FROM ${quoteTable(table)})
                ELSE (SELECT min(${values}) FROM ${quoteTable(table)}) END AS m
    FROM pg_sequence q WHERE q.seqrelid = ${sequence}::regclass) x
  JOIN pg_class c ON c.oid = x.s
  WHERE CASE WHEN x.up THEN x.m > x.last ELSE x.m < x.last END AND x.m BETWEEN x.seqmin AND x.seqmax;
  IF it.s IS NOT NULL THEN
    IF it.owned THEN EXECUTE format('ALTER SEQUENCE %s RESTART', it.s); END IF;
    PERFORM setval(it.s, it.m);
  END IF;
END`)}`,
  ];
}
