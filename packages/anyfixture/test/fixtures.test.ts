import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stateOf } from '../../changes/test/contents.js';
import { AnyFixture } from '../src/index.js';
import { type Account, Shop, subjects } from './shop.js';

describe('AnyFixture', () => {
  let shop: Shop;
  let fixtures: AnyFixture;
  beforeAll(async () => {
    const audit = [
      'CREATE TABLE audit (what TEXT)',
      `CREATE TRIGGER told AFTER INSERT ON account BEGIN INSERT INTO audit VALUES (NEW.name); END`,
    ];
    shop = await Shop.open(subjects.sqlite, audit);
    fixtures = shop.fixtures();
  });
  afterEach(() => fixtures.reset());
  afterAll(() => shop.close());

  const user = (name: string) => () => shop.account(name);

  it('runs a block once, also for calls at the same time, and counts what its triggers wrote', async () => {
    let runs = 0;
    const build = () =>
      fixtures.register('ann', async () => {
        runs += 1;
        return shop.account('Ann');
      });
    const [one, two] = await Promise.all([build(), build()]);
    expect(one).toBe(two);
    expect(await build()).toBe(one);
    expect(runs).toBe(1);
    expect(fixtures.changes('ann').tables.map(({ name }) => name)).toEqual(['account', 'audit']);
    await fixtures.clean();
    expect(await shop.rows('audit')).toEqual([]);
  });

  it('builds one at a time, and what a block asks for within it, in whatever order it asks', async () => {
    const log: string[] = [];
    const slow =
      (name: string, used: readonly string[] = []) =>
      async () => {
        log.push(`(${name}`);
        await Promise.all(used.map((it) => fixtures.register(it, slow(it))));
        await shop.account(name);
        log.push(`${name})`);
      };
    await Promise.all([
      fixtures.register('a', slow('a', ['b', 'c'])),
      fixtures.register('c', slow('c')),
      fixtures.register('d', slow('d', ['b'])),
    ]);
    expect(log.join(' ')).toBe('(a (b b) (c c) a) (d d)');
    const own = (name: string) => fixtures.changes(name).tables[0]?.inserted.map((row) => row[1]);
    expect(['a', 'b', 'c', 'd'].map(own)).toEqual([['a'], ['b'], ['c'], ['d']]);
  });

  it('brings back what a cleaned fixture uses, and nothing else', async () => {
    await fixtures.register('other', user('Other'));
    const posts = () =>
      fixtures.register('posts', async () => {
        const ann = await fixtures.register('ann', user('Ann'));
        await shop.run(`INSERT INTO post (account_id, title) VALUES (${ann.id}, 'hello')`);
        await shop.run(`UPDATE account SET tag = 'author' WHERE id = ${ann.id}`);
        return ann;
      });
    const ann = await posts();
    await fixtures.clean();
    expect(await shop.names()).toEqual([]);
    expect(await posts()).toBe(ann);
    expect(await shop.names()).toEqual(['Ann']);
    expect(await shop.rows('post')).toMatchObject([{ account_id: ann.id }]);
    expect((await shop.account('Next')).id).toBeGreaterThan(ann.id);
    const other = await fixtures.register('other', user('Other'));
    expect((await shop.rows('account')).map(({ id }) => id)).toContain(other.id);
  });

  it('builds a cleaned fixture anew where its rows no longer fit', async () => {
    const first = await fixtures.register('ann', user('Ann'));
    await fixtures.clean();
    await shop.run(`INSERT INTO account (id, name) VALUES (${first.id}, 'Taken')`);
    const second = await fixtures.register('ann', user('Ann'));
    expect(second.id).not.toBe(first.id);
    expect(await shop.names()).toEqual(['Taken', 'Ann']);
  });

  it('tells of a fixture that needs itself', async () => {
    const a = (): Promise<unknown> => fixtures.register('a', () => b());
    const b = (): Promise<unknown> => fixtures.register('b', () => a());
    await expect(a()).rejects.toThrow('HFIT_FIXTURE_RECURSION: a fixture needs itself: a → b → a');
    expect(await fixtures.register('a', () => 'well')).toBe('well');
  });

  it('hides what a block has built until the block is done', async () => {
    const outer = fixtures.register('outer', async () => {
      await fixtures.register('inner', user('first'));
      throw new Error('too late');
    });
    const inner = fixtures.register('inner', user('second'));
    await expect(outer).rejects.toThrow('too late');
    expect((await inner).name).toBe('second');
    expect(await shop.names()).toEqual(['second']);
  });

  it('refuses to clean within a block', async () => {
    await expect(fixtures.register('a', () => fixtures.clean())).rejects.toThrow(
      'HFIT_FIXTURE_INSIDE: clean() was called within the block of the fixture "a"',
    );
    await expect(fixtures.register('a', () => fixtures.withClean(() => {}))).rejects.toThrow(
      'HFIT_FIXTURE_INSIDE',
    );
  });

  it('calls hooks around a reset, and forgets values', async () => {
    const calls: unknown[] = [];
    const off = [
      fixtures.beforeReset(async () => calls.push(await shop.names())),
      fixtures.afterReset(async () => calls.push(await shop.names())),
    ];
    const first = await fixtures.register('ann', user('Ann'));
    await fixtures.reset();
    expect(calls).toEqual([['Ann'], []]);
    for (const it of off) it();
    expect(await fixtures.register('ann', user('Ann'))).not.toBe(first);
    await fixtures.reset();
    expect(calls).toHaveLength(2);
    const listed = shop.fixtures<{ ann: Account }>();
    await expect(listed.register('ann')).rejects.toThrow(
      'HFIT_FIXTURE_UNKNOWN: there is no fixture "ann"',
    );
  });

  it('is disabled for a while, and enabled again', async () => {
    const ann = await fixtures.register('ann', user('Ann'));
    await shop.run(`UPDATE account SET tag = 'by a test'`);
    const before = await stateOf(shop.database);
    await fixtures.disable();
    expect(await shop.names()).toEqual([]);
    const other = await fixtures.register('ann', user('Another'));
    expect(other).not.toBe(ann);
    await fixtures.clean();
    expect(await shop.names()).toEqual([]);
    await fixtures.enable();
    expect(await stateOf(shop.database)).toEqual(before);
    expect(await fixtures.register('ann', user('No'))).toBe(ann);
    await expect(fixtures.enable()).rejects.toThrow('HFIT_FIXTURE_ENABLED');
  });

  it('gives clean states one at a time, and one within another', async () => {
    await fixtures.register('ann', user('Ann'));
    const state = (name: string) =>
      fixtures.withClean(async () => {
        expect(await shop.names()).toEqual([]);
        await shop.account(name);
        expect(await fixtures.withClean(() => shop.names())).toEqual([]);
        return shop.names();
      });
    expect(await Promise.all([state('B'), state('C')])).toEqual([['B'], ['C']]);
    expect(await shop.names()).toEqual(['Ann']);
  });

  it('takes also what was there before, where everything has to go', async () => {
    const other = await Shop.open(subjects.sqlite);
    try {
      await other.run(`INSERT INTO account (name) VALUES ('old')`);
      const mine = other.fixtures();
      await mine.register('ann', () => other.account('Ann'));
      expect(await mine.withClean(() => other.names())).toEqual(['old']);
      expect(await mine.withClean(() => other.names(), { everything: true })).toEqual([]);
      expect(await other.names()).toEqual(['old', 'Ann']);
    } finally {
      await other.close();
    }
  });

  it('forgets a fixture that needs what a rewind took away', async () => {
    await fixtures.checkpoint('test');
    const { id } = await shop.account('of the test');
    const build = () =>
      fixtures.register('post', async () => {
        const [account] = await shop.rows('account');
        if (!account) return 'without an account';
        await shop.run(`INSERT INTO post (account_id) VALUES (${id})`);
        return 'with an account';
      });
    expect(await build()).toBe('with an account');
    await fixtures.rewind('test');
    expect(await build()).toBe('without an account');
    await expect(fixtures.rewind('elsewhere')).rejects.toThrow('Checkpoints there: test');
  });

  it('has its fixtures back after a reset that a rewind undoes', async () => {
    const ann = await fixtures.register('ann', user('Ann'));
    await fixtures.checkpoint();
    await fixtures.reset();
    await fixtures.rewind();
    expect(await fixtures.register('ann', user('No'))).toBe(ann);
    expect(await shop.names()).toEqual(['Ann']);
  });

  it('goes back to where the fixtures of a killed run began, if it is told to', async () => {
    const killed = await Shop.open(subjects.sqlite);
    try {
      await killed.fixtures().register('ann', () => killed.account('Ann'));
      const kept = killed.fixtures();
      expect(await kept.register('names', () => killed.names())).toEqual(['Ann']);
    } finally {
      await killed.close();
    }
    const other = await Shop.open(subjects.sqlite);
    try {
      await other.fixtures().register('ann', () => other.account('Ann'));
      const next = other.fixtures({ leftovers: 'rewind' });
      expect(await next.register('names', () => other.names())).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('works also where the role may keep no log, by copies of the tables', async () => {
    const other = await Shop.open(subjects.sqlite);
    try {
      const copied = other.fixtures({ strategy: 'copies' });
      const ann = () => copied.registerDump('ann', () => other.account('Ann'), { watch: [] });
      const first = await ann();
      await copied.clean();
      expect(await other.names()).toEqual([]);
      expect(await ann()).toBe(first);
      await copied.withClean(async () => expect(await other.names()).toEqual([]));
      await copied.reset();
      expect(await ann()).toEqual(first);
      expect(await other.names()).toEqual(['Ann']);
    } finally {
      await other.close();
    }
  });

  it('opens its database when it is first asked', async () => {
    let opened = 0;
    const lazy = new AnyFixture(async () => {
      opened += 1;
      return shop.database;
    }).define('ann', user('Ann'));
    expect(opened).toBe(0);
    expect((await lazy.register('ann')).name).toBe('Ann');
    await lazy.reset();
    await lazy.close();
    expect(opened).toBe(1);
  });

  it('knows the types of values by their names', async () => {
    const typed = shop
      .fixtures()
      .define('ann', user('Ann'))
      .define('post', async (it) => ({ by: (await it.register('ann')).name }));
    const post: { by: string } = await typed.register('post');
    expect(post).toEqual({ by: 'Ann' });
    const ann: Account = await typed.register('ann', user('No'));
    expect(ann.name).toBe('Ann');
    const number: number = await typed.register('number', () => 3);
    expect(number).toBe(3);
    // @ts-expect-error there is no such fixture
    await expect(typed.register('nobody')).rejects.toThrow(
      'Fixtures known here: ann, number, post.',
    );
    // @ts-expect-error the value of a post is no number
    expect(await typed.register('post', () => 1)).toBe(post);
    // @ts-expect-error the name is taken
    expect(() => typed.define('ann', () => 1)).toThrow('HFIT_FIXTURE_DEFINED');
    const listed = shop.fixtures<{ total: number }>();
    // @ts-expect-error a total is a number
    expect(await listed.register('total', () => 'many')).toBe('many');
    await typed.reset();
  });

  it('gives its calls to be used by themselves', async () => {
    const { fixture, refind } = fixtures.dsl();
    const ann = await fixture('ann', user('Ann'));
    await shop.run(`UPDATE account SET tag = 'new'`);
    expect(await refind('ann')).toEqual({ ...ann, tag: 'new' });
  });
});

describe('a block with a clean database', () => {
  it('tells why it failed also where what was there cannot be brought back', async () => {
    const shop = await Shop.open(subjects.sqlite);
    try {
      const fixtures = shop.fixtures();
      await fixtures.register('ann', () => shop.account('Ann'));
      const cause = new RangeError('no');
      const failing = fixtures.withClean(async () => {
        await shop.run('DROP TABLE post', 'DROP TABLE account');
        throw cause;
      });
      await expect(failing).rejects.toMatchObject({ code: 'HFIT_FIXTURE_AWAY', cause });
    } finally {
      await shop.close();
    }
  });
});
