import {
  type AnyFixture,
  openWorker,
  type TestOutcome,
  type WorkerDatabase,
  type WorkerOptions,
} from '@hot-fixture/anyfixture';
import type { Database } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import {
  type AnyTables,
  type Factories,
  type FactoriesOptions,
  openFactories,
  Profile,
  profileAsText,
} from '@hot-fixture/factory';
import { type FixpointOptions, Fixpoints } from '@hot-fixture/fixpoint';

export interface HotFixtureOptions<Values extends object = Record<never, never>>
  extends WorkerOptions<Values> {
  /** The directory is `fixpoints` beside the test file where the runner tells that, else below the working directory. */
  readonly fixpoints?: Partial<FixpointOptions>;
  readonly factories?: FactoriesOptions;
}

/**
 * What tests of one process use: a database of its own, which comes back after each test, with its
 * fixtures, fixpoints and factories. The doors for the runners (`hot-fixture/vitest` and others) make
 * one and call its hooks; without a runner, call them yourself.
 */
export class HotFixture<Values extends object = Record<never, never>> {
  readonly options: HotFixtureOptions<Values>;
  #opening: Promise<WorkerDatabase<Values>> | null = null;
  #worker: WorkerDatabase<Values> | null = null;
  #fixpoints: Fixpoints | null = null;
  #factories: Promise<Factories> | null = null;
  #profile: Profile | null = null;
  readonly #closers: (() => unknown)[] = [];

  constructor(options: HotFixtureOptions<Values>) {
    this.options = options;
  }

  /**
   * Makes the database be there. The doors call it before all tests.
   * @throws what `openWorker` throws
   */
  async open(): Promise<this> {
    this.#opening ??= openWorker(this.options).catch((error) => {
      this.#opening = null;
      throw error;
    });
    this.#worker = await this.#opening;
    return this;
  }

  /** @throws HFIT_HOT_CLOSED outside of tests and their hooks */
  get worker(): WorkerDatabase<Values> {
    if (this.#worker) return this.#worker;
    throw new HfitError('HFIT_HOT_CLOSED', {});
  }

  /** Of the database, for the code under test; empty where no URL leads to it. */
  get url(): string {
    return this.worker.url;
  }

  /** The URL, or the handle of an embedded database. */
  get target(): string | object {
    return this.worker.target;
  }

  get database(): Database {
    return this.worker.database;
  }

  get fixtures(): AnyFixture<Values> {
    return this.worker.fixtures;
  }

  get fixpoints(): Fixpoints {
    const { fixpoints = {} } = this.options;
    this.#fixpoints ??= new Fixpoints(this.database, { directory: 'fixpoints', ...fixpoints });
    return this.#fixpoints;
  }

  /**
   * The database is introspected at the first call. With HFIT_FACTORY_PROFILE=1 (or `json`) it is told
   * on standard error at the end what they made, and what that took.
   */
  factories<Tables extends object = AnyTables>(): Promise<Factories<Tables>> {
    this.#factories ??= this.#openFactories();
    return this.#factories as unknown as Promise<Factories<Tables>>;
  }

  async #openFactories(): Promise<Factories> {
    const factories = await openFactories(this.database, this.options.factories);
    if (!['', '0'].includes(process.env.HFIT_FACTORY_PROFILE ?? '')) {
      this.#profile = new Profile().watch(factories);
    }
    return factories;
  }

  #tellProfile(): void {
    if (!this.#profile) return;
    const report = this.#profile.stop();
    this.#profile = null;
    const asJson = process.env.HFIT_FACTORY_PROFILE === 'json';
    process.stderr.write(`${asJson ? JSON.stringify(report) : profileAsText(report)}\n`);
  }

  /** @param suite the same for tests of one suite, whose hooks have written rows for all of them */
  beforeTest(suite?: unknown): Promise<void> {
    return this.worker.beforeTest(suite);
  }

  afterTest(outcome?: TestOutcome): Promise<void> {
    return this.worker.afterTest(outcome);
  }

  /**
   * Work to be done before the database goes, such as to close a pool: some runners call hooks after
   * all tests in the order in which they were written down, so that ours would come first.
   */
  beforeClose(work: () => unknown): void {
    this.#closers.push(work);
  }

  async close(): Promise<void> {
    for (const work of this.#closers.splice(0).reverse()) await work();
    this.#tellProfile();
    const worker = this.#worker;
    const fixpoints = this.#fixpoints;
    this.#worker = null;
    this.#opening = null;
    this.#fixpoints = null;
    this.#factories = null;
    await fixpoints?.close();
    await worker?.close();
  }
}
