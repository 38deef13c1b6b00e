import { HfitError } from '@hot-fixture/errors';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Database, Row, Session } from '../src/index.js';

/** A database with a log, as the law of definitions needs it. */
export interface Defined {
  /** One statement of a user, who may be refused. */
  run(sql: string): Promise<unknown>;
  /** Ends what the user has begun. */
  settle(): Promise<void>;
  state(): Promise<DefinedState>;
  /** Makes the log anew where it does not fit; false where it says that it cannot. */
  install(): Promise<boolean>;
  checkpoint(name: string): Promise<unknown>;
  /** Throws where the log tells something else than what lies between the two states. */
  compare(name: string, before: DefinedState, now: DefinedState): Promise<unknown>;
  rewind(name: string): Promise<unknown>;
}

/** What the law asks of the log itself, which is the same on every dialect. */
export function logCalls(
  database: Database,
  session: Session,
  patience: number,
): Pick<Defined, 'install' | 'checkpoint' | 'rewind'> {
  const { log } = database.dialect;
  return {
    async install() {
      const schema = await database.introspect();
      if ((await log.obstacle(session, schema)) !== null) return false;
      await log.install(session, schema);
      return true;
    },
    checkpoint: (name) => log.checkpoint(session, name, patience),
    rewind: (name) => log.rewind(session, name, patience),
  };
}

export interface DefinedState {
  /** The rows that the log tells of, by table: all columns but generated ones. */
  readonly written?: Readonly<Record<string, Row[]>>;
  /** All rows, by table and column, and all counters. */
  readonly data: unknown;
  /** How everything is defined, but for what the log has made. */
  readonly definitions: unknown;
}

type Step = { readonly sql: string } | { readonly checkpoint: string };

/** How often a rewind came back, and how often it refused to. */
interface Outcome {
  back: number;
  readonly refused: Record<string, number>;
}

/**
 * Holds the law for random statements that write and that define, on what `opened` makes for each
 * run. HFIT_RUNS is for more runs, HFIT_SEED for the same ones.
 */
export async function holdsForDefinitions(
  write: fc.Arbitrary<string>,
  definition: fc.Arbitrary<string>,
  runs: number,
  opened: (work: (it: Defined) => Promise<void>) => Promise<void>,
): Promise<void> {
  const outcome: Outcome = { back: 0, refused: {} };
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: write.map((sql) => ({ sql })) },
    { weight: 6, arbitrary: definition.map((sql) => ({ sql })) },
    { weight: 1, arbitrary: fc.constantFrom({ checkpoint: 'later' }, { checkpoint: 'start' }) },
  );
  const { HFIT_RUNS } = process.env;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 10 }),
      fc.array(write, { minLength: 1, maxLength: 4 }),
      (steps, again) => opened((it) => definitionLaw(it, steps, again, outcome)),
    ),
    { numRuns: Number(HFIT_RUNS ?? runs) },
  );
  if (HFIT_RUNS) console.log(outcome);
}

/**
 * The law of definitions: whatever statements have done to the schema, the log either puts back
 * exactly what was, or refuses with a code and changes nothing. Made anew, it is right again.
 */
async function definitionLaw(
  it: Defined,
  steps: readonly Step[],
  again: readonly string[],
  outcome: Outcome,
): Promise<void> {
  const kept = new Map<string, DefinedState>();
  const checkpoint = async (name: string) => {
    await it.settle();
    const state = await it.state();
    if ((await coded(() => it.checkpoint(name))) !== null) return;
    kept.delete(name);
    kept.set(name, state);
    expect(await it.state(), 'a checkpoint changes nothing').toEqual(state);
  };
  if (!(await it.install())) return;
  await checkpoint('start');
  for (const step of steps) {
    if ('sql' in step) await it.run(step.sql).catch(() => {});
    else await checkpoint(step.checkpoint);
  }
  await it.settle();
  for (const [name, before] of [...kept].reverse()) {
    const now = await it.state();
    const told = await coded(() => it.compare(name, before, now));
    expect(await it.state(), 'to ask for changes changes nothing').toEqual(now);
    const refused = await coded(() => it.rewind(name));
    const after = await it.state();
    expect(after.data).toEqual(refused === null ? before.data : now.data);
    expect(after.definitions).toEqual(now.definitions);
    if (refused === null) {
      outcome.back += 1;
      expect(told, 'changes that a rewind can take back can be told').toBeNull();
      await it.compare(name, before, before);
    } else outcome.refused[refused] = (outcome.refused[refused] ?? 0) + 1;
  }
  if (!(await it.install())) return;
  await it.checkpoint('start');
  const before = await it.state();
  for (const sql of again) await it.run(sql).catch(() => {});
  await it.settle();
  await it.compare('start', before, await it.state());
  await it.rewind('start');
  expect(await it.state()).toEqual(before);
}

/** Rows by table, each with how many more there are than before; what is as it was is left out. */
export type Difference = Record<string, Record<string, number>>;

export function difference(
  before: Record<string, Row[]>,
  after: Record<string, Row[]>,
): Difference {
  const found: Difference = {};
  const count = (table: string, rows: readonly Row[], by: number) => {
    for (const row of rows) {
      const counts = found[table] ?? {};
      found[table] = counts;
      const text = JSON.stringify(row);
      counts[text] = (counts[text] ?? 0) + by;
      if (counts[text] === 0) delete counts[text];
    }
  };
  for (const table of Object.keys(before)) {
    count(table, before[table] ?? [], -1);
    count(table, after[table] ?? [], 1);
    if (Object.keys(found[table] ?? {}).length === 0) delete found[table];
  }
  return found;
}

/** The code with which a call refuses; null where it does not. Any other failure is none. */
async function coded(call: () => Promise<unknown>): Promise<string | null> {
  try {
    await call();
    return null;
  } catch (error) {
    if (error instanceof HfitError && refusals.has(error.code)) return error.code;
    throw error;
  }
}

const refusals = new Set<string>([
  'HFIT_LOG_ABSENT',
  'HFIT_LOG_BYPASSED',
  'HFIT_LOG_SCHEMA_CHANGED',
  'HFIT_REWIND_REFUSED',
  'HFIT_CHECKPOINT_UNKNOWN',
]);
