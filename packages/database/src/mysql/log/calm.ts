import type { Row } from '../../model.js';
import type { Plan } from './plan.js';

/*
 * The server counts each row that is written and each definition, before it is done. Where nobody
 * else was at work when a count was read and what it counts was found to be right, it is right still
 * as long as the count stands. The counts are of the whole server, so what happens in other databases
 * costs a closer look, no more.
 */

/** What may make, alter, empty or move a table or a trigger; and whether a replica fires none. */
const definitions = [
  ...['Com_alter_sequence', 'Com_alter_table', 'Com_create_index', 'Com_create_sequence'],
  ...['Com_create_table', 'Com_create_trigger', 'Com_drop_db', 'Com_drop_index'],
  ...['Com_drop_sequence', 'Com_drop_table', 'Com_drop_trigger', 'Com_optimize'],
  ...['Com_rename_table', 'Com_repair', 'Com_truncate', 'Slaves_running'],
] as const;
const ofTriggers = ['Com_create_trigger', 'Com_drop_trigger', 'Com_rename_table'] as const;
const rows = ['Handler_delete', 'Handler_update', 'Handler_write'] as const;
const others = ['Threads_running', 'Uptime', 'Uptime_since_flush_status'] as const;
const names = [...definitions, ...rows, ...others];
/** How often columns of any table were added, dropped or moved in an instant; MySQL counts none. */
const instantly = 'Innodb_instant_alter_column';

/** The statements that tell what the server has counted; `countsOf` reads their rows. */
export const readCounts = [
  `SHOW GLOBAL STATUS WHERE Variable_name IN (${[...names, instantly].map((it) => `'${it}'`).join(', ')})`,
  'SELECT @@GLOBAL.event_scheduler',
] as const;

export interface Counts {
  /** Another one after each row that was written and each definition, by whomever. */
  readonly all: string;
  /** Another one after each definition that is not our own. */
  readonly definitions: string;
  /** Another one after each definition that may touch a trigger. */
  readonly triggers: string;
  /** Null where the server does not count that. */
  readonly instants: string | null;
  /** Nothing that was counted was still being done. */
  readonly isStill: boolean;
}

/** What we have altered ourselves, for the next numbers of tables. */
const own = new WeakMap<Plan, number>();

export function noteOwnAlter(plan: Plan, count: number): void {
  own.set(plan, (own.get(plan) ?? 0) + count);
}

export function countsOf(plan: Plan, status: readonly Row[], scheduler: readonly Row[]): Counts {
  const values = new Map(status as [string, string][]);
  const number = (name: (typeof names)[number]) => Number(values.get(name));
  const altered = (name: string) => (name === 'Com_alter_table' ? (own.get(plan) ?? 0) : 0);
  const counted = [...definitions, ...rows, instantly].map((it) => values.get(it));
  // Who resets the counters could bring them back to where they stood.
  const since = number('Uptime') - number('Uptime_since_flush_status');
  return {
    all: [...counted, since].join(),
    definitions: [...definitions.map((it) => number(it) - altered(it)), since].join(),
    triggers: [...ofTriggers.map(number), since].join(),
    instants: values.get(instantly) ?? null,
    isStill:
      plan.trustsTimes &&
      names.every((it) => values.has(it)) &&
      values.get('Threads_running') === '1' &&
      values.get('Slaves_running') === '0' &&
      scheduler[0]?.[0] !== 'ON',
  };
}

/** What was found right of the definitions, and holds as long as none is counted. */
interface Calm {
  readonly definitions: string;
  /** All tables with triggers of users, by full name. */
  readonly watched: ReadonlySet<string>;
  /** The checkpoints, by their numbers, since which no table was emptied. */
  readonly whole: Set<number>;
}

const calms = new WeakMap<Plan, Calm>();

export function calmOf(plan: Plan, { definitions: now }: Counts): Calm | null {
  const calm = calms.get(plan);
  return calm?.definitions === now ? calm : null;
}

/** @param counts as they were read before the definitions were looked at */
export function keepCalm(plan: Plan, counts: Counts, watched: ReadonlySet<string>): void {
  if (!counts.isStill) return;
  calms.set(plan, { definitions: counts.definitions, watched, whole: new Set() });
}

/** The checkpoint that the database was at, and what was counted when it was. */
const places = new WeakMap<Plan, { readonly name: string; readonly all: string }>();

/** @param counts as they were read while nobody could write */
export function keepPlace(plan: Plan, name: string, counts: Counts): void {
  if (counts.isStill) places.set(plan, { name, all: counts.all });
  else leavePlace(plan);
}

export function leavePlace(plan: Plan): void {
  places.delete(plan);
}

export function isPlace(plan: Plan, name: string, { all }: Counts): boolean {
  const place = places.get(plan);
  return place?.name === name && place.all === all;
}

export const hasPlace = (plan: Plan, name: string): boolean => places.get(plan)?.name === name;
