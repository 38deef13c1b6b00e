import { HfitError } from '@hot-fixture/errors';
import { qualified, type Row, type SequenceState, type TableName } from '../../model.js';
import { keptSchema, schemaChange } from '../../schema-change.js';
import { tableTypes } from '../catalog.js';
import { definitionOf } from '../create.js';
import { introspect } from '../introspect.js';
import { nextOf } from '../numbering.js';
import { isOwnTableSql } from '../own.js';
import { literal, quoteTable } from '../quote.js';
import { withoutDatabase } from '../sequences.js';
import { alteredOf, keepInstants, rewritten } from './altered.js';
import { type Counts, calmOf, countsOf, keepCalm, readCounts } from './calm.js';
import { innerOf, otherPartitions } from './inner.js';
import { type Notes, type Sum, sumSql, sumsOf, unionAll } from './notes.js';
import type { Plan, Tracked } from './plan.js';
import { type OpenLog, type State, type StoredCheckpoint, stateOf } from './session.js';
import { assertTriggers, bypassed } from './watch.js';

/**
 * When each table was made or altered that was found to be as it should. Within one second a further
 * alteration could not be told, so only what is older is remembered.
 */
const verified = new WeakMap<Plan, Map<string, number>>();

/** Tables and sequences as the server lists them, at the cost of one query. */
export interface Listed {
  readonly isSequence: boolean;
  /** When it was made or altered, in seconds of the server's clock. */
  readonly second: number;
  /** How many seconds ago. */
  readonly age: number;
  readonly next: string | null;
}

/** What one look at the server has told, from where it keeps what is written from being moved. */
export interface Seen {
  readonly sums: readonly Sum[];
  readonly listed: ReadonlyMap<string, Listed>;
  readonly counts: Counts;
}

/** What a check has found. */
export interface Checked {
  readonly counters: readonly SequenceState[];
  readonly listed: ReadonlyMap<string, Listed>;
  /** Of those that are to be written, at least the ones with triggers of users, by full name. */
  readonly watched: ReadonlySet<string>;
}

/**
 * Sums notes up, reads what was counted and lists the tables, in one way to the server. What comes
 * first holds the tables with notes, so that what empties them afterwards waits; and what is done to
 * a table after it was listed is not yet counted.
 */
export async function look(log: OpenLog, notes: readonly Notes[]): Promise<Seen> {
  const { session, plan, database } = log;
  const sums = sumSql(log, notes);
  const schemas = schemasOf(plan).map((schema) => schema || database);
  const answers = await session.batch([...sums, ...readCounts, ...schemas.map(listSql)]);
  const [status, scheduler, ...lists] = answers.slice(sums.length) as [Row[], Row[], ...Row[][]];
  return {
    sums: sumsOf(notes, answers.slice(0, sums.length).flat()),
    listed: listedOf(database, schemas, lists),
    counts: countsOf(plan, status, scheduler),
  };
}

export async function listTables(
  { session, database }: Pick<OpenLog, 'session' | 'database'>,
  schemas: readonly string[],
): Promise<Map<string, Listed>> {
  const names = schemas.map((schema) => schema || database);
  return listedOf(database, names, await session.batch(names.map(listSql)));
}

const listSql = (name: string) =>
  `SELECT TABLE_NAME, TABLE_TYPE, UNIX_TIMESTAMP(CREATE_TIME), AUTO_INCREMENT, UNIX_TIMESTAMP()
   FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${literal(name)}
     AND (TABLE_TYPE IN ${tableTypes} OR TABLE_TYPE = 'SEQUENCE')
     AND NOT ${isOwnTableSql}`;

function listedOf(
  database: string,
  names: readonly string[],
  answers: readonly (readonly Row[])[],
): Map<string, Listed> {
  const listed = new Map<string, Listed>();
  for (const [i, name] of names.entries()) {
    for (const row of answers[i] ?? []) {
      const [table, type, second, next, now] = row as [
        string,
        string,
        string,
        string | null,
        string,
      ];
      listed.set(qualified({ schema: name === database ? '' : name, name: table }), {
        isSequence: type === 'SEQUENCE',
        second: Number(second),
        age: Number(now) - Number(second),
        next,
      });
    }
  }
  return listed;
}

export function schemasOf({ tables, sequences }: Pick<Plan, 'tables' | 'sequences'>): string[] {
  const all = [...tables.map(({ table }) => table), ...sequences];
  return [...new Set(['', ...all.map(({ schema }) => schema)])];
}

/**
 * Finds whether the schema is what it was when the log was made, and where the counters stand.
 * @param since when no table may have been altered; null where only its definition counts
 * @param unwatched triggers are dropped just now, and were checked before
 * @param written tables that are to be written
 * @throws HFIT_LOG_SCHEMA_CHANGED, HFIT_LOG_BYPASSED
 */
export async function checkSchema(
  log: OpenLog,
  { listed, counts }: Seen,
  since: State | null,
  unwatched = false,
  written: readonly TableName[] = [],
): Promise<Checked> {
  const { session, plan, database } = log;
  const fail = (change: string): never => {
    throw new HfitError('HFIT_LOG_SCHEMA_CHANGED', { database, change });
  };
  const names = new Set([...plan.tables.map(({ table }) => qualified(table)), ...plan.others]);
  for (const { schema, name, ownedBy } of plan.sequences) {
    if (ownedBy) continue;
    names.add(qualified({ schema, name }));
    if (!listed.get(qualified({ schema, name }))?.isSequence)
      fail(`sequence ${qualified({ schema, name })} was dropped or renamed`);
  }
  const known = verified.get(plan) ?? new Map<string, number>();
  verified.set(plan, known);
  const suspect = plan.tables.filter(({ table }) => {
    const now = listed.get(qualified(table));
    if (!now) return fail(`table ${qualified(table)} was dropped or renamed`);
    if (!plan.trustsTimes) return true;
    return !(now.second < plan.second) && known.get(qualified(table)) !== now.second;
  });
  for (const [name, { isSequence }] of listed) {
    if (!names.has(name)) fail(`${isSequence ? 'sequence' : 'table'} ${name} was made`);
  }
  const calm = calmOf(plan, counts);
  if (!calm && (await areAltered(log, suspect))) {
    const now = await introspect(session, schemasOf(plan));
    const tables = plan.tables.map(({ table }) => table);
    const here = now.tables.filter((it) => tables.some((old) => qualified(old) === qualified(it)));
    const change = schemaChange(keptSchema(tables), { tables: here });
    if (change) fail(change);
  }
  let watched: ReadonlySet<string> = calm?.watched ?? new Set();
  if (!calm) {
    const suspects = [...new Set([...suspect.map(({ table }) => table), ...written])];
    if (!unwatched) {
      watched = await assertTriggers(log, suspects, counts);
      keepCalm(plan, counts, watched);
    }
    for (const { table } of suspect) {
      const { age = 0, second = 0 } = listed.get(qualified(table)) ?? {};
      if (age >= 2) known.set(qualified(table), second);
    }
  }

  const altered = alteredOf(plan, listed);
  const lost = since && (await rewritten(log, since, altered));
  if (lost) fail(`table ${lost} was altered, which may have rewritten its rows`);
  if (since) keepInstants(plan, altered, counts);

  const counters: SequenceState[] = [];
  for (const { schema, name, ownedBy } of plan.sequences) {
    const next = ownedBy
      ? (listed.get(qualified({ schema, name }))?.next ?? null)
      : await nextOf(session, { schema, name });
    counters.push({ schema, name, value: next === null ? null : { last: next, called: false } });
  }
  return { counters, listed, watched };
}

/** Whether no checkpoint can be gone back to any more, for a table was altered after the last. */
export async function isAlteredSince(log: OpenLog): Promise<boolean> {
  const { plan, checkpoints } = log;
  const state = await stateOf(log, checkpoints.at(-1) as StoredCheckpoint);
  const listed = await listTables(log, schemasOf(plan));
  return (await rewritten(log, state, alteredOf(plan, listed))) !== null;
}

async function areAltered(
  { session, database }: OpenLog,
  list: readonly Tracked[],
): Promise<boolean> {
  const shown = await session.batch(
    list.map(({ table }) => `SHOW CREATE TABLE ${quoteTable(table)}`),
  );
  return list.some(({ table }, i) => {
    const create = withoutDatabase(shown[i]?.[0]?.[1] as string, database);
    return definitionOf(table, create).create !== table.definition.create;
  });
}

/**
 * The tables that have lost rows without a note, as TRUNCATE does. Rows that were not noted since
 * the checkpoint must still be there; TRUNCATE leaves none of them. Reads no more rows than were
 * noted, but for tables of partitions, which can be emptied one by one, and those without a key.
 */
export async function emptied(
  { session, plan }: OpenLog,
  state: State,
  sums: readonly Sum[],
): Promise<Tracked[]> {
  const sumOf = (n: number) => sums.find((it) => it.notes.tracked.n === n);
  const expected = ({ n }: Tracked) => (state.rows[n] ?? 0) - (sumOf(n)?.before ?? 0);
  const after = ({ n }: Tracked) => sumOf(n)?.after ?? 0;
  // Of a row with a key the notes tell by the row itself whether it is there.
  const asked = plan.tables.filter((it) => expected(it) + (it.key ? 0 : after(it)) > 0);
  const counted = ({ table, n, key }: Tracked) =>
    (key === null && sumOf(n) !== undefined) || table.definition.create.includes('PARTITION BY');
  const rows = await unionAll(session, asked, (tracked) => {
    const name = quoteTable(tracked.table);
    if (counted(tracked)) return `SELECT ${tracked.n}, COUNT(*) FROM ${name}`;
    if (after(tracked) === 0) return `SELECT ${tracked.n}, 1 FROM ${name} LIMIT 1`;
    return `SELECT ${tracked.n}, COUNT(*) FROM (SELECT 1 FROM ${name} LIMIT ${after(tracked) + 1}) x`;
  });
  return asked.filter((tracked) => {
    const count = Number(rows.find(([n]) => Number(n) === tracked.n)?.[1] ?? 0);
    return counted(tracked)
      ? count !== expected(tracked) + after(tracked)
      : count <= after(tracked);
  });
}

/** @throws HFIT_LOG_BYPASSED */
export async function assertNotEmptied(
  log: OpenLog,
  { id }: StoredCheckpoint,
  state: State,
  { sums, counts }: Seen,
): Promise<void> {
  const calm = calmOf(log.plan, counts);
  if (calm?.whole.has(id)) return;
  const isParted = log.plan.tables.some(({ table }) =>
    table.definition.create.includes('PARTITION BY'),
  );
  const other = isParted && otherPartitions(log, state.inner, await innerOf(log));
  if (other)
    throw bypassed(log, `a partition of table ${other} was emptied, exchanged or made again`);
  const [first] = await emptied(log, state, sums);
  if (first)
    throw bypassed(
      log,
      `rows of table ${qualified(first.table)} went without a note, as TRUNCATE does it`,
    );
  calm?.whole.add(id);
}
