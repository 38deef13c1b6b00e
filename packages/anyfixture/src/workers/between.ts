import { performance } from 'node:perf_hooks';
import { HfitError } from '@hot-fixture/errors';
import type { AnyFixture } from '../any-fixture.js';
import type { ResetName, WorkerOptions } from './options.js';

/** One way to be back, after a test, where the database was before it. */
interface Way {
  /** What is there now is what tests begin with. */
  baseline(): Promise<void>;
  before(): Promise<void>;
  after(): Promise<void>;
}

export interface Ground {
  readonly fixtures: AnyFixture;
  /** Whether the database can be replaced by a copy. */
  readonly canClone: boolean;
  /** Makes a copy of the database as it is, to be brought back by `bringBack`. */
  putAside(): Promise<void>;
  bringBack(): Promise<void>;
}

export interface ResetUse {
  readonly strategy: ResetName;
  /** Why this one, in words. */
  readonly reason: string;
  readonly tests: number;
  /** In milliseconds, all tests together. */
  readonly total: number;
  readonly longest: number;
}

type Use = { -readonly [K in keyof ResetUse]: ResetUse[K] };

/** The checkpoint before all tests. */
const first = 'hfit-before-all';

/** After so many tests it is looked whether another strategy would cost less. */
const trial = 20;
/** In milliseconds: what costs less is good enough. */
const fine = 20;

/** Brings the database back after each test, by a strategy that is chosen by measuring. */
export class Between {
  readonly #ground: Ground;
  readonly #options: WorkerOptions<never>;
  readonly #uses: Use[] = [];
  readonly #measured = new Map<ResetName, number>();
  #strategy: ResetName = 'rewind';
  #way: Way;

  private constructor(ground: Ground, options: WorkerOptions<never>) {
    this.#ground = ground;
    this.#options = options;
    this.#way = this.#wayOf('rewind');
  }

  /**
   * @param cloneCost in milliseconds
   * @throws HFIT_WORKER_STRATEGY
   */
  static async open(
    ground: Ground,
    options: WorkerOptions<never>,
    cloneCost: number | null,
  ): Promise<Between> {
    const between = new Between(ground, options);
    const asked = options.strategy ?? 'auto';
    between.#assertPossible(asked);
    if (asked !== 'transaction') await ground.fixtures.checkpoint(first);
    if (cloneCost !== null) between.#measured.set('clone', cloneCost);
    if (asked !== 'auto') between.#take(asked, 'it was asked for');
    // Whoever begins transactions is connected only when the first test begins.
    else if (!options.transaction) await between.#choose();
    return between;
  }

  /** What each strategy took, in milliseconds, as far as it was tried. */
  get measured(): ReadonlyMap<ResetName, number> {
    return this.#measured;
  }

  get uses(): readonly ResetUse[] {
    return this.#uses;
  }

  async baseline(): Promise<void> {
    await this.#way.baseline();
  }

  async before(): Promise<void> {
    if (this.#uses.length === 0) await this.#choose();
    await this.#way.before();
  }

  async after(): Promise<void> {
    const took = await timeOf(() => this.#way.after());
    const use = this.#uses.at(-1);
    if (!use) return;
    use.tests += 1;
    use.total += took;
    use.longest = Math.max(use.longest, took);
    await this.#reconsider(use);
  }

  #assertPossible(strategy: ResetName | 'auto'): void {
    const missing: Partial<Record<ResetName | 'auto', string>> = {
      ...(!this.#options.transaction && {
        transaction: 'the option transaction does not say how to begin and roll back',
      }),
      ...(!this.#options.connections && {
        clone: 'the option connections does not say how to disconnect and connect',
      }),
    };
    const memory = 'what lives in the memory of this process cannot be replaced';
    const reason = strategy === 'clone' && !this.#ground.canClone ? memory : missing[strategy];
    if (reason) throw new HfitError('HFIT_WORKER_STRATEGY', { strategy, reason });
  }

  /** A transaction covers only code that does not commit: who gives one says so. */
  async #choose(): Promise<void> {
    const candidates: ResetName[] = this.#options.transaction
      ? ['rewind', 'transaction']
      : ['rewind'];
    for (const strategy of candidates) {
      const way = this.#wayOf(strategy);
      await way.baseline();
      const round = async () => {
        await way.before();
        await way.after();
      };
      await round();
      this.#measured.set(strategy, await timeOf(round));
    }
    const [best] = candidates.sort((a, b) => this.#cost(a) - this.#cost(b));
    this.#take(best as ResetName, 'it measured best');
  }

  /** A test that writes much makes a rewind dear, and leaves a clone at what it costs. */
  async #reconsider({ strategy, tests, total }: ResetUse): Promise<void> {
    if ((this.#options.strategy ?? 'auto') !== 'auto' || strategy !== 'rewind') return;
    if (tests % trial !== 0 || !this.#options.connections || !this.#ground.canClone) return;
    const mean = total / tests;
    this.#measured.set('rewind', mean);
    if (mean <= Math.max(fine, 2 * this.#cost('clone'))) return;
    this.#take('clone', `${tests} rewinds took ${mean.toFixed(1)} ms each`);
    await this.#way.baseline();
  }

  #cost(strategy: ResetName): number {
    return this.#measured.get(strategy) ?? Number.POSITIVE_INFINITY;
  }

  #take(strategy: ResetName, reason: string): void {
    this.#strategy = strategy;
    this.#way = this.#wayOf(strategy);
    this.#uses.push({ strategy, reason, tests: 0, total: 0, longest: 0 });
  }

  get strategy(): ResetName {
    return this.#strategy;
  }

  async #rewind(): Promise<void> {
    const { fixtures } = this.#ground;
    try {
      await fixtures.rewind();
    } catch (error) {
      // A fixpoint was restored that is older than what tests begin with, and took that away.
      if (!(error instanceof HfitError) || error.code !== 'HFIT_CHECKPOINT_UNKNOWN') throw error;
      await fixtures.rewind(first);
      await this.#way.baseline();
    }
  }

  #cloning(): Way {
    const { fixtures, putAside, bringBack } = this.#ground;
    const { connections } = this.#options;
    const alone = async (work: () => Promise<void>) => {
      await connections?.disconnect();
      try {
        await work();
      } finally {
        await connections?.connect();
      }
    };
    const builds = () => fixtures.report().fixtures.reduce((sum, it) => sum + it.builds, 0);
    let aside = 0;
    const baseline = async () => {
      await fixtures.checkpoint();
      aside = builds();
      await alone(putAside);
    };
    return {
      baseline,
      before: async () => {},
      async after() {
        await alone(bringBack);
        // Its rows are back: what is left to do is to bring fixtures back that a test asked for.
        await fixtures.rewind();
        if (builds() > aside) await baseline();
      },
    };
  }

  #wayOf(strategy: ResetName): Way {
    const { fixtures } = this.#ground;
    const nothing = async () => {};
    const rewind: Way = {
      baseline: () => fixtures.checkpoint(),
      before: nothing,
      after: () => this.#rewind(),
    };
    const { transaction } = this.#options;
    const ways: Record<ResetName, Way> = {
      rewind,
      // It is the change log that was opened in another way.
      reload: rewind,
      transaction: {
        baseline: nothing,
        before: async () => void (await transaction?.begin()),
        after: async () => void (await transaction?.rollback()),
      },
      clone: this.#cloning(),
    };
    return ways[strategy];
  }
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
