import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Fields } from '@hot-fixture/database';
import { type MaskingKey, sentChoice } from '@hot-fixture/masking';
import { type ClassifiedTable, fieldChange, type Recipe } from './classify.js';
import type { Answer, SentRows, SentTable } from './mask-worker.js';

/** Less than this is masked sooner than a thread starts. */
const small = 64 * 1024 * 1024;

/** Chunks that lie with a thread: one that it masks, and the next. */
const atOnce = 2;

/**
 * How many threads mask rows, that of the caller among them: as many as asked for, else as
 * `HFIT_WORKERS` says, else two where there are two cores. More would wait for the server, which
 * writes the rows of a table one by one.
 */
export function workersFrom(asked: number | undefined): number {
  const usual = availableParallelism() > 1 ? 2 : 1;
  const workers = asked ?? Number(process.env.HFIT_WORKERS || usual);
  return Number.isInteger(workers) && workers > 0 ? workers : usual;
}

/**
 * Threads that mask rows beside the caller's. They start when there is enough for them to do, and
 * what they have no time for is masked here.
 */
export class MaskPool {
  readonly #key: MaskingKey;
  readonly #size: number;
  readonly #threads: MaskThread[] = [];
  readonly #tables = new Map<ClassifiedTable, number>();
  #seen = 0;
  /** How many chunks were masked by another thread than the caller's. */
  handedOver = 0;

  /** @param workers how many threads mask, that of the caller among them */
  constructor(key: MaskingKey, workers: number) {
    this.#key = key;
    this.#size = workers - 1;
  }

  /**
   * Rows in their order, masked. A masker that was registered in this process is known in no other
   * thread: tables that it masks are masked here.
   * @throws HFIT_MASKER_VALUE, and what the chunks throw
   */
  async *masked(
    it: ClassifiedTable,
    fields: Fields,
    chunks: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    const change = fieldChange(it.masks);
    const recipes = it.recipes.map((recipe) => recipe && sent(recipe));
    const isHere = this.#size === 0 || it.recipes.some((recipe, i) => recipe && !recipes[i]);
    const coming: (Promise<Answer> | Uint8Array)[] = [];
    const finish = async (next: Promise<Answer> | Uint8Array) => {
      if (next instanceof Uint8Array) return next;
      const { rows, isMasked, unread } = await next;
      for (const [i, count] of unread.entries()) {
        const mask = it.masks[i];
        if (mask) mask.unread.values += count;
      }
      return isMasked ? rows : fields.change(rows, change);
    };
    try {
      for await (const rows of fields.whole(chunks)) {
        this.#seen += rows.length;
        const thread = isHere || this.#seen < small ? undefined : this.#free(it, recipes);
        const answer = thread?.mask(this.#tables.get(it) as number, rows);
        // It is waited for later, and until then nobody listens.
        answer?.catch(() => {});
        if (answer) this.handedOver += 1;
        coming.push(answer ?? fields.change(rows, change));
        while (coming.length > atOnce * this.#size) yield await finish(coming.shift()!);
      }
      while (coming.length > 0) yield await finish(coming.shift()!);
    } finally {
      await Promise.allSettled(coming);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
    this.#threads.length = 0;
  }

  /** A thread that has time, and knows the table. */
  #free(it: ClassifiedTable, recipes: SentTable['recipes']): MaskThread | undefined {
    while (this.#threads.length < this.#size) this.#threads.push(new MaskThread(this.#key));
    if (!this.#tables.has(it)) {
      const table = this.#tables.size;
      this.#tables.set(it, table);
      const dialect = it.source.database.dialect.name;
      const columns = it.columns.map(({ name, kind }) => ({ name, kind }));
      for (const thread of this.#threads) thread.tell({ table, dialect, columns, recipes });
    }
    return this.#threads.find(({ waiting }) => waiting < atOnce);
  }
}

function sent({ choice, facts }: Recipe): Recipe | null {
  const told = sentChoice(choice);
  return told && { choice: told, facts };
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread that answers in the order in which it is asked. */
class MaskThread {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #isReady = false;
  #failure: unknown;

  constructor(key: MaskingKey) {
    const entry = createRequire(import.meta.url).resolve('@hot-fixture/extract/mask-worker');
    // What the process was started with may not be for threads.
    this.#worker = new Worker(entry, {
      workerData: { key },
      execArgv: [],
      // All that it makes is short-lived; with the usual room it would keep 30 MB of it.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.on('message', (answer: Answer | 'ready') => {
      if (answer === 'ready') this.#isReady = true;
      else this.#waiting.shift()?.resolve(answer);
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('a thread that masks rows has ended')));
    // Who is done with the rows and forgets to close is not kept from ending.
    this.#worker.unref();
  }

  /** How many chunks lie with it; of one that is still starting, or has failed, no end of them. */
  get waiting(): number {
    return this.#isReady ? this.#waiting.length : Infinity;
  }

  tell(table: SentTable): void {
    this.#worker.postMessage(table);
  }

  mask(table: number, chunk: Uint8Array): Promise<Answer> {
    // A copy: the chunk may share its memory with rows that are not sent.
    const rows = new Uint8Array(chunk);
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage({ table, rows } satisfies SentRows, [rows.buffer]);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
