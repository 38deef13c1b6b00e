import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../../driver.js';
import { qualified, type Row, type TableName } from '../../model.js';
import { literal } from '../quote.js';
import type { Counts } from './calm.js';
import type { Listed } from './check.js';
import { innerOf, isUntouched } from './inner.js';
import type { Plan, Tracked } from './plan.js';
import type { OpenLog, State } from './session.js';

/*
 * What rewrites the values of a table can leave it defined as it was, such as a column that is
 * dropped and added. MariaDB tells by a time that a table was altered, but not what was done to it.
 */

/** When each table was altered last, by full name, in seconds of the server's clock. */
export type Altered = Readonly<Record<string, number>>;

export function alteredOf(plan: Plan, listed: ReadonlyMap<string, Listed>): Altered {
  if (!plan.trustsTimes) return {};
  return Object.fromEntries(
    plan.tables.map(({ table }) => {
      const name = qualified(table);
      return [name, listed.get(name)?.second ?? 0];
    }),
  );
}

/** The tables that were altered between the two. */
export function alteredBetween(before: Altered, now: Altered): string[] {
  return Object.keys(now).filter((it) => Object.hasOwn(before, it) && before[it] !== now[it]);
}

/**
 * How often the columns of any table were changed in an instant, and when ours had been altered by
 * then. The server counts for all databases together, so what others do between their tests would
 * look like ours: it counts from the last look, not from the checkpoint.
 */
const looks = new WeakMap<Plan, { readonly altered: Altered; readonly instants: string }>();

/** @param counts as they were read before the tables were listed */
export function keepInstants(plan: Plan, altered: Altered, { instants }: Counts): void {
  if (instants !== null) looks.set(plan, { altered, instants });
}

/** A table that was altered so that its rows may be others; null where none was. */
export async function rewritten(
  log: OpenLog,
  { altered, inner }: State,
  now: Altered,
): Promise<string | null> {
  const names = alteredBetween(altered, now);
  if (names.length === 0) return null;
  const known = await innerOf(log);
  const look = looks.get(log.plan);
  const wasSeen = look && names.every((it) => look.altered[it] === altered[it]);
  const before = inner && wasSeen ? { ...inner, instants: look.instants } : inner;
  return names.find((name) => !isUntouched(name, before, known)) ?? null;
}

/** Whether a table was altered within this second: that it is once more could not be told. */
export function isFresh(plan: Plan, listed: ReadonlyMap<string, Listed>): boolean {
  const age = ({ table }: Tracked) => listed.get(qualified(table))?.age ?? 1;
  return plan.trustsTimes && plan.tables.some((it) => age(it) === 0);
}

export async function nextSecond(session: Session): Promise<void> {
  const [row] = await session.query('SELECT 1000 - FLOOR(MICROSECOND(NOW(6)) / 1000)');
  await sleep(Number(row?.[0]));
}

/** When tables were altered that may be under the log of this database, by full name. */
export async function timesOf(session: Session, tables: readonly TableName[]): Promise<Altered> {
  const times: Row[] = [];
  for (const sql of timesSql(tables)) times.push(...(await session.query(sql)));
  return timesIn(times);
}

/** The statements whose rows `timesIn` reads; none where there is no table. */
export function timesSql(tables: readonly TableName[]): string[] {
  if (tables.length === 0) return [];
  // Each by itself: of a table that is named so, the server looks at no other.
  const asked = tables.map(
    ({ schema, name }) =>
      `SELECT IF(TABLE_SCHEMA = DATABASE(), '', TABLE_SCHEMA), TABLE_NAME, UNIX_TIMESTAMP(CREATE_TIME) FROM information_schema.TABLES
       WHERE TABLE_SCHEMA = ${schema ? literal(schema) : 'DATABASE()'} AND TABLE_NAME = ${literal(name)}`,
  );
  return [asked.join(' UNION ALL ')];
}

export function timesIn(rows: readonly Row[]): Altered {
  return Object.fromEntries(
    (rows as [string, string, string][]).map(([schema, name, second]) => [
      qualified({ schema, name }),
      Number(second),
    ]),
  );
}

export const readStates = 'SELECT id, state FROM hfit_checkpoints FOR UPDATE';

/**
 * The statements that tell the checkpoints that we have altered tables, for their next numbers alone.
 * @param rows of `readStates`
 * @param was when they were altered before; a checkpoint that knows another time keeps it
 */
export function explained(rows: readonly Row[], was: Altered, is: Altered): string[] {
  return (rows as [string, string][]).flatMap(([id, text]) => {
    const state = JSON.parse(text) as State;
    const altered = { ...state.altered };
    for (const [name, second] of Object.entries(is))
      if (Object.hasOwn(altered, name) && altered[name] === was[name]) altered[name] = second;
    if (alteredBetween(state.altered, altered).length === 0) return [];
    const kept = literal(JSON.stringify({ ...state, altered }));
    return `UPDATE hfit_checkpoints SET state = ${kept} WHERE id = ${id}`;
  });
}
