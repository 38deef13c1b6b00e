import type { Session } from '../../driver.js';
import type { Row } from '../../model.js';
import { quote, quoteTable } from '../quote.js';
import { kept, keptImage, logOf, type Tracked } from './plan.js';
import type { OpenLog, State } from './session.js';

/** What was noted of one table since a position. */
export interface Notes {
  readonly tracked: Tracked;
  /** Notes up to this one are older. */
  readonly position: number;
  /** The last one. */
  readonly last: number;
}

/** How many tables one statement asks about. */
const together = 200;

/**
 * Begins a transaction in which nobody can add a note, and finds what was noted. It locks the ends
 * of all logs, which fails at once where a transaction that has written to any table is not ended.
 */
export async function begin(
  { session, plan, database }: Pick<OpenLog, 'session' | 'plan' | 'database'>,
  { positions }: Pick<State, 'positions'>,
): Promise<Notes[]> {
  const begun = ['SET TRANSACTION ISOLATION LEVEL REPEATABLE READ', 'START TRANSACTION READ WRITE'];
  const asked = unions(plan.tables, (tracked) => {
    const position = positions[tracked.n] ?? 0;
    // The count makes it read, and so lock, every note; for MAX alone the last would do.
    return `SELECT ${tracked.n}, MAX(id), COUNT(*) FROM ${logOf(database, tracked)} WHERE id > ${position} FOR UPDATE NOWAIT`;
  });
  const rows = (await session.batch([...begun, ...asked])).flat();
  return rows.flatMap(([n, last]) =>
    last === null
      ? []
      : [
          {
            tracked: plan.tables[Number(n)] as Tracked,
            position: positions[Number(n)] ?? 0,
            last: Number(last),
          },
        ],
  );
}

export async function unionAll<T>(
  session: Session,
  list: readonly T[],
  select: (item: T) => string,
): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = [];
  for (const sql of unions(list, select))
    rows.push(...((await session.query(sql)) as (string | null)[][]));
  return rows;
}

function unions<T>(list: readonly T[], select: (item: T) => string): string[] {
  const statements: string[] = [];
  for (let i = 0; i < list.length; i += together) {
    const parts = list.slice(i, i + together).map((it) => `(${select(it)})`);
    statements.push(parts.join(' UNION ALL '));
  }
  return statements;
}

/** The first notes of each key, from FROM on: `l` is the note, `t` the row as it is now, if any. */
export function firstNotes(database: string, { tracked, position }: Notes, join: string): string {
  const log = logOf(database, tracked);
  const key = tracked.key as readonly string[];
  const columns = key.map((name) => kept(tracked, name));
  const same = key.map((name, i) => `t.${quote(name)} = l.${columns[i]}`).join(' AND ');
  return `FROM (SELECT MIN(id) AS id FROM ${log} WHERE id > ${position} GROUP BY ${columns.join(', ')}) f
    STRAIGHT_JOIN ${log} l ON l.id = f.id${join && ` ${join} ${quoteTable(tracked.table)} t ON ${same}`}`;
}

/** The images of which more or fewer are there than before, by how many; `first` is such a note. */
export function netImages(database: string, { tracked, position }: Notes): string {
  const log = logOf(database, tracked);
  const done = `SELECT pending FROM ${log} WHERE mark = 0 AND id > ${position}`;
  return `SELECT image, SUM(mark) AS net, MIN(id) AS first
    FROM (SELECT id, mark, ${keptImage(tracked)} AS image FROM ${log}
          WHERE id > ${position} AND mark <> 0 AND (pending IS NULL OR pending IN (${done}))) x
    GROUP BY image HAVING SUM(mark) <> 0`;
}

/** In numbers, what the notes of a table come to. */
export interface Sum {
  readonly notes: Notes;
  /** Of the rows that were noted, how many there were, and how many there are. */
  readonly before: number;
  readonly after: number;
  /** How many have to be looked at to put them back. */
  readonly rows: number;
}

/** The statements whose rows `sumsOf` reads. */
export function sumSql({ database }: Pick<OpenLog, 'database'>, list: readonly Notes[]): string[] {
  return unions(list, (notes) => {
    const { n, key } = notes.tracked;
    if (key) {
      const there = `t.${quote(key[0] as string)} IS NOT NULL`;
      return `SELECT ${n}, COALESCE(SUM(l.mark), 0), COALESCE(SUM(${there}), 0), COALESCE(SUM(l.mark OR ${there}), 0)
        ${firstNotes(database, notes, 'LEFT JOIN')}`;
    }
    return `SELECT ${n}, COALESCE(SUM(GREATEST(-net, 0)), 0), COALESCE(SUM(GREATEST(net, 0)), 0), COALESCE(SUM(ABS(net)), 0)
      FROM (${netImages(database, notes)}) y`;
  });
}

export function sumsOf(list: readonly Notes[], rows: readonly Row[]): Sum[] {
  return rows.map(([n, before, after, count]) => ({
    notes: list.find((it) => it.tracked.n === Number(n)) as Notes,
    before: Number(before),
    after: Number(after),
    rows: Number(count),
  }));
}
