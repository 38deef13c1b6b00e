import type { Database, Guard, Session } from '@hot-fixture/database';
import { arrange } from './arrange.js';
import type { Node } from './node.js';
import type { Plan } from './plan.js';
import { type NodeStream, openStream } from './stream.js';
import { assertTaken, refused, writeRows } from './write.js';

/** Rows that are written together. */
export const batchSize = 10_000;
/** So many are made before the connection gets a turn. */
const sliceSize = 1000;

/** A plan with some of the rows that were asked for, and these rows. */
export interface Batch {
  readonly plan: Plan;
  readonly tops: Node[];
}

/** How rows are made, and who is told of them. */
export interface Making {
  /** Gives an empty plan. */
  begin(): Plan;
  /** Puts one more row into it. */
  add(plan: Plan): Node;
  /** Runs what has to run before rows are written. */
  before(nodes: readonly Node[]): Promise<void>;
  /** Told of each batch, when its rows have their results; it may still be rolled back. */
  done(batch: Batch): void;
}

/** Creates many rows in one transaction: the database writes some while the next ones are made. */
export async function createInBatches(
  database: Database,
  guard: Guard,
  count: number,
  making: Making,
): Promise<void> {
  const maker = new Maker(making, count);
  const first = await maker.make(sliceSize);
  const work = (session: Session) => write(database, session, maker, first);
  await database.transaction(work, guard, true).catch((error) => {
    throw maker.failure ? maker.failure.error : error;
  });
}

class Maker {
  readonly #making: Making;
  left: number;
  /** Where making rows has failed: that is no fault of the database. */
  failure: { readonly error: unknown } | null = null;

  constructor(making: Making, count: number) {
    this.#making = making;
    this.left = count;
  }

  /** Null where none are left. */
  async make(size: number): Promise<Batch | null> {
    if (this.left === 0) return null;
    try {
      const batch: Batch = { plan: this.#making.begin(), tops: [] };
      const last = Math.max(0, this.left - size);
      while (this.left > last) {
        batch.tops.push(this.#making.add(batch.plan));
        this.left -= 1;
        if (this.left % sliceSize === 0) await nextTurn();
      }
      await this.#making.before(batch.plan.nodes);
      for (const node of batch.plan.nodes) assertTaken(node);
      return batch;
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }

  done(batch: Batch): void {
    this.#making.done(batch);
  }
}

async function write(
  database: Database,
  session: Session,
  maker: Maker,
  first: Batch | null,
): Promise<void> {
  let batch = first;
  let streams = true;
  while (batch) {
    const { nodes } = batch.plan;
    const count = batch.tops.length + maker.left;
    // What points to rows of the same plan has to wait for them.
    const isAlone = nodes.every(({ edges }) => edges.length === 0);
    const stream = streams && isAlone ? await openStream(database, session, nodes, count) : null;
    streams = false;
    batch = stream
      ? await writeAll(database, stream, maker, batch)
      : await writeOne(database, session, maker, batch);
  }
}

/** @returns a batch that does not fit into the stream; null where all are written */
async function writeAll(
  database: Database,
  stream: NodeStream,
  maker: Maker,
  first: Batch,
): Promise<Batch | null> {
  let batch: Batch | null = first;
  const { facts } = first.tops[0] as Node;
  async function* batches() {
    while (batch) {
      const lists = stream.take(batch.plan.nodes);
      if (!lists) return;
      yield lists;
      maker.done(batch);
      batch = await maker.make(sliceSize);
    }
  }
  await stream.write(batches()).catch((error) => {
    throw refused(database, facts, error);
  });
  return batch;
}

/** @returns the next batch, which was made meanwhile */
async function writeOne(
  database: Database,
  session: Session,
  maker: Maker,
  batch: Batch,
): Promise<Batch | null> {
  const writing = writeRows(database, session, arrange(batch.plan.nodes));
  // Its error is met where it is waited for, and must not end the process before that.
  writing.catch(() => {});
  try {
    const next = await maker.make(batchSize);
    await writing;
    maker.done(batch);
    return next;
  } catch (error) {
    await writing.catch(() => {});
    throw error;
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
