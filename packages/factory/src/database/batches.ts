import type { Database, Guard } from '@hot-fixture/database';
import { arrange } from './arrange.js';
import type { Node } from './node.js';
import type { Plan } from './plan.js';
import { assertTaken, writeRows } from './write.js';

/** Rows that are written together. */
export const batchSize = 10_000;
/** So many are made before the connection gets a turn. */
const sliceSize = 1000;

/** A plan with some of the rows that were asked for, and these rows. */
export interface Batch {
  readonly plan: Plan;
  readonly tops: Node[];
}

/**
 * Creates many rows in one transaction: the database writes a batch while the next one is made.
 * @param begin gives an empty plan
 * @param add puts one more row into a batch
 */
export async function createInBatches(
  database: Database,
  guard: Guard,
  count: number,
  begin: () => Plan,
  add: (plan: Plan, i: number) => Node,
  /** Runs what has to run before rows are written. */
  before: (nodes: readonly Node[]) => Promise<void>,
): Promise<readonly Batch[]> {
  const batches: Batch[] = [];
  const make = async (from: number) => {
    const batch: Batch = { plan: begin(), tops: [] };
    const to = Math.min(count, from + batchSize);
    for (let i = from; i < to; i += 1) {
      batch.tops.push(add(batch.plan, i));
      if (i % sliceSize === 0) await nextTurn();
    }
    await before(batch.plan.nodes);
    for (const node of batch.plan.nodes) assertTaken(node);
    batches.push(batch);
    return arrange(batch.plan.nodes);
  };
  const first = await make(0);
  await database.transaction(async (session) => {
    let writing = writeRows(database, session, first);
    // Its error is met where it is waited for, and must not end the process before that.
    writing.catch(() => {});
    try {
      for (let from = batchSize; from < count; from += batchSize) {
        const next = await make(from);
        await writing;
        writing = writeRows(database, session, next);
        writing.catch(() => {});
      }
    } catch (error) {
      await writing.catch(() => {});
      throw error;
    }
    await writing;
  }, guard);
  return batches;
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
