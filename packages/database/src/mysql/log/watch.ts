import { HfitError } from '@hot-fixture/errors';
import { qualified, type Row, type TableName } from '../../model.js';
import { isOwnTrigger, logTableNames, mark } from '../own.js';
import { literal } from '../quote.js';
import type { MysqlSession } from '../session.js';
import { type Counts, countsOf, readCounts } from './calm.js';
import type { Plan } from './plan.js';
import type { OpenLog } from './session.js';

/*
 * Whether the triggers of the log are those that were made: none of them gone, altered, moved to
 * another table by RENAME, or followed by one of a user that still changes what they have noted.
 */

/** A trigger of the log, as it was made. */
export interface KeptTrigger {
  readonly schema: string;
  readonly name: string;
  /** In full. */
  readonly table: string;
  /** Of when it fires, and what it does. */
  readonly digest: string;
}

interface FoundTrigger extends KeptTrigger {
  readonly isOurs: boolean;
  /** Such as `BEFORE UPDATE`. */
  readonly when: string;
  /** Among those of the same table that fire at the same time. */
  readonly order: number;
}

export async function findTriggers(
  { session, database }: { readonly session: MysqlSession; readonly database: string },
  schemas: Iterable<string>,
  tables?: readonly TableName[],
): Promise<FoundTrigger[]> {
  const found: FoundTrigger[] = [];
  for (const schema of schemas) {
    const names = tables?.filter((it) => it.schema === schema).map(({ name }) => literal(name));
    if (names?.length === 0) continue;
    const rows = await session.query(
      `SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, CONCAT(ACTION_TIMING, ' ', EVENT_MANIPULATION), ACTION_ORDER,
              MD5(CONCAT_WS(' ', ACTION_TIMING, EVENT_MANIPULATION, ACTION_STATEMENT)), ${isOwnTrigger}
       FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ${literal(schema || database)}
         ${names ? `AND EVENT_OBJECT_TABLE IN (${names.join(', ')})` : ''}`,
    );
    for (const row of rows) {
      const [name, table, when, order, digest, isOurs] = row.map(String) as [
        string,
        string,
        string,
        string,
        string,
        string,
      ];
      found.push({
        schema,
        name,
        table: qualified({ schema, name: table }),
        when,
        order: Number(order),
        digest,
        isOurs: isOurs === '1',
      });
    }
  }
  return found;
}

/** What the server has counted of definitions that may touch a trigger. */
interface Quiet {
  readonly count: string;
  /** When it was first seen, in milliseconds. */
  readonly since: number;
  /** Whether all triggers were found to be right when it had stood for a while. */
  checked: boolean;
  /** The tables that have triggers of users, by full name. */
  watched: ReadonlySet<string>;
}

/** To read all triggers takes the server longer than all else of a check. */
const quiets = new WeakMap<Plan, Quiet>();
/** How long a definition may take from its being counted to its being done, in milliseconds. */
const settling = 2000;

/**
 * @param suspects tables that were made or altered, or are to be written; where no trigger was made,
 *   it looks at no others
 * @returns the tables that have triggers of users, by full name
 * @throws HFIT_LOG_BYPASSED, HFIT_LOG_SCHEMA_CHANGED
 */
export async function assertTriggers(
  log: OpenLog,
  suspects: readonly TableName[],
  { triggers: count, isStill }: Counts,
): Promise<ReadonlySet<string>> {
  const { plan } = log;
  const known = quiets.get(plan);
  const quiet: Quiet =
    known?.count === count
      ? known
      : { count, since: performance.now(), checked: false, watched: new Set() };
  quiets.set(plan, quiet);
  const tables = quiet.checked ? suspects : plan.tables.map(({ table }) => table);
  if (tables.length === 0) return quiet.watched;
  const schemas = new Set(tables.map(({ schema }) => schema));
  const found = await findTriggers(log, schemas, quiet.checked ? tables : undefined);
  const names = new Set(tables.map(qualified));
  const kept = plan.triggers.filter(({ table }) => names.has(table));
  for (const trigger of kept) assertKept(log, trigger, kept, found);
  assertLast(log, kept, found);
  if (isStill || performance.now() - quiet.since > settling) quiet.checked = true;
  const others = [...quiet.watched].filter((it) => !names.has(it));
  quiet.watched = new Set([...others, ...found.filter((it) => !it.isOurs).map((it) => it.table)]);
  return quiet.watched;
}

export async function areTriggersRight(log: OpenLog): Promise<boolean> {
  const { session, plan } = log;
  const [status, scheduler] = (await session.batch(readCounts)) as [Row[], Row[]];
  const tables = plan.tables.map(({ table }) => table);
  try {
    await assertTriggers(log, tables, countsOf(plan, status, scheduler));
    return true;
  } catch (error) {
    if (error instanceof HfitError) return false;
    throw error;
  }
}

/** A table that the log keeps notes in and somebody has dropped; null where all are there. */
export async function missingTable({ session, plan }: OpenLog): Promise<string | null> {
  const rows = await session.query(
    `SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()
       AND TABLE_NAME REGEXP '^${logTableNames}$' AND TABLE_COMMENT = '${mark}'`,
  );
  const there = new Set(rows.map(([name]) => name));
  const names = [...plan.tables.map(({ n }) => `hfit_log_${n}`), 'hfit_triggers'];
  return names.find((name) => !there.has(name)) ?? null;
}

const sameName = (a: KeptTrigger) => (b: KeptTrigger) => a.schema === b.schema && a.name === b.name;

function assertKept(
  log: OpenLog,
  trigger: KeptTrigger,
  kept: readonly KeptTrigger[],
  found: readonly FoundTrigger[],
): void {
  const { name, table } = trigger;
  const now = found.find(sameName(trigger));
  if (!now) {
    const others = kept.filter((it) => it.table === table && it !== trigger);
    const all = !others.some((it) => found.some(sameName(it)));
    throw bypassed(
      log,
      all ? `the triggers of table ${table} are gone` : `trigger ${name} of table ${table} is gone`,
    );
  }
  if (now.table !== table)
    throw bypassed(log, `trigger ${name} was made on table ${table}, and is on ${now.table} now`);
  if (now.digest !== trigger.digest)
    throw bypassed(log, `trigger ${name} of table ${table} is not as it was made`);
}

/** Ours note beforehand what foreign keys will do, so none may come after them that still acts. */
function assertLast(
  { database }: OpenLog,
  kept: readonly KeptTrigger[],
  found: readonly FoundTrigger[],
): void {
  for (const trigger of kept) {
    const ours = found.find(sameName(trigger));
    if (!ours?.when.startsWith('BEFORE')) continue;
    const later = found.find(
      (it) =>
        !it.isOurs && it.table === ours.table && it.when === ours.when && it.order > ours.order,
    );
    if (!later) continue;
    const change = `trigger ${later.name} of table ${later.table} was made, which fires after those of the log`;
    throw new HfitError('HFIT_LOG_SCHEMA_CHANGED', { database, change });
  }
}

export function bypassed({ database }: Pick<OpenLog, 'database'>, reason: string): HfitError {
  return new HfitError('HFIT_LOG_BYPASSED', { database, reason });
}
