import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AnyFixture } from '../src/index.js';
import { Shop, subjects } from './shop.js';

/** Fixture n inserts one account, and uses those of which n is a multiple. */
const names = [1, 2, 3, 4, 6, 12];
const used = (n: number) => names.filter((it) => it < n && n % it === 0);
const withUsed = (n: number) => [...used(n), n];

type Step =
  | { readonly do: 'register' | 'fail' | 'dump'; readonly n: number }
  | { readonly do: 'clean' | 'reset' | 'checkpoint' | 'rewind' | 'disable' | 'enable' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('register' as const, 'dump' as const),
      n: fc.constantFrom(...names),
    }),
  },
  fc.record({ do: fc.constant('fail' as const), n: fc.constantFrom(...names) }),
  fc.record({
    do: fc.constantFrom('clean', 'reset', 'checkpoint', 'rewind', 'disable', 'enable'),
  } as const),
);

/** What has to be there, said in the plainest way. */
class Model {
  stack: Set<number>[] = [new Set()];
  checkpoint: Set<number>[] | null = null;
  /** What was built since the checkpoint stays when it is rewound. */
  since = new Set<number>();

  get now(): Set<number> {
    return this.stack.at(-1) as Set<number>;
  }
}

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open(subjects.sqlite);
});
afterAll(() => shop.close());

it('holds the rows of the fixtures that are there, and no others, whatever is called', async () => {
  const numRuns = Number(process.env.HFIT_RUNS ?? 8);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      const fixtures = shop.fixtures();
      const model = new Model();
      try {
        for (const it of steps) {
          await take(fixtures, model, it);
          const expected = [...model.now].map((n) => `account ${n}`);
          expect((await shop.names()).sort()).toEqual(expected.sort());
        }
      } finally {
        for (; model.stack.length > 1; model.stack.pop()) await fixtures.enable();
        await fixtures.reset();
        await fixtures.close();
      }
      expect(await shop.names()).toEqual([]);
    }),
    { numRuns },
  );
});

async function take(fixtures: AnyFixture, model: Model, it: Step): Promise<void> {
  const build = (n: number, dumped: boolean) => async (): Promise<unknown> => {
    for (const other of used(n)) await register(other, dumped);
    return shop.account(`account ${n}`);
  };
  const register = (n: number, dumped: boolean) =>
    dumped
      ? fixtures.registerDump(`f${n}`, build(n, true), { watch: [] })
      : fixtures.register(`f${n}`, build(n, false));
  switch (it.do) {
    case 'register':
    case 'dump':
      expect(await register(it.n, it.do === 'dump')).toMatchObject({ name: `account ${it.n}` });
      for (const n of withUsed(it.n)) {
        if (!model.now.has(n)) model.since.add(n);
        model.now.add(n);
      }
      return;
    case 'fail': {
      const failing = fixtures.register('failing', async () => {
        await register(it.n, false);
        await shop.run(`DELETE FROM account`);
        throw new Error('no');
      });
      return expect(failing).rejects.toThrow('no');
    }
    case 'clean':
    case 'reset':
      await fixtures[it.do]();
      model.now.clear();
      return;
    case 'disable':
      await fixtures.disable();
      model.stack.push(new Set());
      return;
    case 'enable':
      if (model.stack.length === 1) return;
      await fixtures.enable();
      model.stack.pop();
      // The way back to a checkpoint of the clean state is gone with it.
      if (model.checkpoint && model.checkpoint.length > model.stack.length) model.checkpoint = null;
      return;
    case 'checkpoint':
      await fixtures.checkpoint();
      model.checkpoint = model.stack.map((all) => new Set(all));
      model.since.clear();
      return;
    case 'rewind': {
      if (!model.checkpoint) return;
      const deeper = model.stack.length > model.checkpoint.length;
      const stays = deeper ? [] : [...model.now].filter((n) => model.since.has(n));
      await fixtures.rewind();
      model.stack = model.checkpoint.map((all) => new Set(all));
      for (const n of stays) model.now.add(n);
      model.checkpoint = model.stack.map((all) => new Set(all));
      return;
    }
  }
}
