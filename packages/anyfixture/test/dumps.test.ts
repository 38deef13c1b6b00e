import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DumpOptions, FixtureOptions } from '../src/index.js';
import { Shop, subjects } from './shop.js';

describe('registerDump', () => {
  let shop: Shop;
  let runs: string[];
  beforeEach(async () => {
    shop = await Shop.open(subjects.sqlite);
    runs = [];
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await shop.close();
  });

  /** One run of tests: it registers the dump of Ann, and cleans at its end. */
  const run = async (options: DumpOptions<unknown> = { watch: [] }, more: FixtureOptions = {}) => {
    const fixtures = shop.fixtures(more);
    const build = async () => {
      runs.push('block');
      return shop.account('Ann');
    };
    const value = await fixtures.registerDump('ann', build, options);
    const names = await shop.names();
    const how = fixtures.report().fixtures[0]?.how.join('; ');
    await fixtures.clean();
    return { value, names, how };
  };
  const dumps = () => readdir(join(shop.folder, 'dumps'));
  const file = (name: string, text: string) => writeFile(join(shop.folder, name), text);

  it('is built once, and loaded by all later runs', async () => {
    const first = await run();
    expect(first).toMatchObject({ names: ['Ann'], how: 'its dump was written' });
    expect(await shop.names()).toEqual([]);
    expect(await run()).toEqual({ ...first, how: 'loaded from its dump' });
    expect(runs).toEqual(['block']);
    expect(await dumps()).toEqual([expect.stringMatching(/^ann\.sqlite-[0-9a-f]{16}\.ndjson$/)]);
  });

  it('is built anew when a watched file, the schema or the key is another, and the old one removed', async () => {
    await file('a.txt', '1');
    const watch = { watch: ['*.txt'] };
    const expectBlock = async (options: DumpOptions<unknown>) => {
      runs = [];
      await run(options);
      await run(options);
      expect(runs).toEqual(['block']);
      expect(await dumps()).toHaveLength(1);
    };
    await expectBlock(watch);
    await file('a.txt', '2');
    await expectBlock(watch);
    await file('b.txt', '');
    await expectBlock(watch);
    const key = () => ({
      ...watch,
      cacheKey: ['str', 1, { key: new Date(0), map: new Map([[1n, -0]]) }],
    });
    await expectBlock(key());
    await expectBlock({ ...key(), cacheKey: ['str', 1, { key: new Date(1) }] });
    await shop.run('ALTER TABLE post ADD COLUMN note TEXT');
    await expectBlock(key());
    expect(await run({ ...watch, cacheKey: { b: 1, a: 2 } })).toBeTruthy();
    runs = [];
    await run({ ...watch, cacheKey: { a: 2, b: 1 } });
    expect(runs).toEqual([]);
  });

  it('watches the schema files and the file that calls, which an option watch replaces', async () => {
    await mkdir(join(shop.folder, 'db'));
    await file('db/schema.sql', '1');
    await run({});
    const [calling] = await dumps();
    await run({ watch: [import.meta.filename] });
    expect(await dumps()).toEqual([calling]);
    await run({ from: import.meta.url });
    expect(runs).toEqual(['block']);
    await run({ watch: ['db/schema.sql'] });
    expect(await dumps()).not.toEqual([calling]);
    runs = [];
    await file('db/schema.sql', '2');
    await run({});
    expect(runs).toEqual(['block']);
    await run({}, { dumps: { watch: [] } });
    expect(runs).toEqual(['block', 'block']);
  });

  it('refuses to watch nothing, and a key that says nothing', async () => {
    await expect(run({ watch: ['models/**/*,ts'] })).rejects.toThrow('HFIT_DUMP_WATCH');
    await expect(run({ watch: [], cacheKey: [() => 1] })).rejects.toThrow('HFIT_DUMP_KEY');
    await expect(run({ watch: [], cacheKey: new (class Key {})() })).rejects.toThrow(
      'HFIT_DUMP_KEY',
    );
    expect(await shop.names()).toEqual([]);
  });

  it('takes paths as they are, whatever is in them', async () => {
    await file('[id] (a).ts', '1');
    await run({ watch: ['[id] (a).ts'] });
    await file('[id] (a).ts', '2');
    await run({ watch: ['[id] (a).ts'] });
    expect(runs).toEqual(['block', 'block']);
  });

  it('is built anew when HFIT_FORCE_DUMP says so: all, or by a pattern, once in a run', async () => {
    await run();
    for (const [force, blocks] of [
      ['1', 1],
      ['^an', 1],
      ['bob', 0],
      ['0', 0],
    ] as const) {
      vi.stubEnv('HFIT_RUN', `run with ${force}`);
      vi.stubEnv('HFIT_FORCE_DUMP', force);
      runs = [];
      await run();
      await run();
      expect([force, runs.length]).toEqual([force, blocks]);
    }
    vi.stubEnv('HFIT_FORCE_DUMP', '(');
    await expect(run()).rejects.toThrow('HFIT_DUMP_FORCE');
  });

  it('tells hooks truly whether it is loaded, and whether that succeeded', async () => {
    const calls: string[] = [];
    const told =
      (who: string) => (event: { dump: { success: boolean; digest: string }; import: boolean }) =>
        calls.push(`${who} ${event.import ? 'import' : 'block'} ${event.dump.success}`);
    const global = { dumps: { before: told('Before'), after: told('After') } };
    const hooks = { watch: [], before: told('before'), after: told('after') };
    const around = (what: string, success: boolean) => [
      `Before ${what} false`,
      `before ${what} false`,
      `after ${what} ${success}`,
      `After ${what} ${success}`,
    ];
    await run(hooks, global);
    expect(calls.splice(0)).toEqual(around('block', true));
    await run(hooks, global);
    expect(calls.splice(0)).toEqual(around('import', true));
    // A row in its way: the dump cannot be loaded, and the block runs after all.
    await shop.run(`INSERT INTO account (id, name) VALUES (1, 'Other')`);
    const { names, how } = await run(hooks, global);
    expect(calls.splice(0)).toEqual([...around('import', false), ...around('block', true)]);
    expect(names).toEqual(['Other', 'Ann']);
    expect(how).toMatch(/^its dump was not used: .*a row of this key is there already/);
    const failing = shop
      .fixtures(global)
      .registerDump('bad', () => Promise.reject(new Error('no')), hooks);
    await expect(failing).rejects.toThrow('no');
    expect(calls.splice(0)).toEqual(around('block', false));
    const after = () => {
      calls.push('thrown');
      throw new Error('after');
    };
    await expect(run({ ...hooks, after }, global)).rejects.toThrow('after');
    expect(calls.slice(-2)).toEqual(['thrown', 'After import true']);
  });

  it('leaves what hooks write out of the dump, and takes it back with the rest', async () => {
    const hooks = {
      watch: [],
      before: () => shop.run(`INSERT INTO account (name) VALUES ('by a hook')`),
    };
    expect((await run(hooks)).names).toEqual(['by a hook', 'Ann']);
    expect((await run(hooks)).names).toEqual(['by a hook', 'Ann']);
    expect(runs).toEqual(['block']);
    expect(await shop.names()).toEqual([]);
  });

  it('is loaded also where a hook makes tables, such as those of a tenant', async () => {
    const hooks = {
      watch: [],
      before: () => shop.run('CREATE TABLE tenant (id INTEGER PRIMARY KEY)'),
    };
    expect((await run(hooks)).names).toEqual(['Ann']);
    expect(await shop.names()).toEqual([]);
    await shop.run('DROP TABLE tenant');
    expect((await run(hooks)).names).toEqual(['Ann']);
    expect(await shop.names()).toEqual([]);
    expect(runs).toEqual(['block']);
  });

  it('stays with clean: false, and is skipped by the next run that finds it there', async () => {
    const options: DumpOptions<unknown> = {
      watch: [],
      clean: false,
      skipIf: async ({ dump }) => (await shop.rows('account'))[0]?.tag === dump.digest,
      after: async ({ dump, import: importing }) => {
        if (importing || !dump.success) return;
        await shop.run(`UPDATE account SET tag = '${dump.digest}' WHERE name = 'Ann'`);
      },
    };
    const first = await run(options);
    expect(await shop.names()).toEqual(['Ann']);
    const next = await run(options);
    expect(next).toMatchObject({ names: ['Ann'], how: 'skipped', value: first.value });
    expect(await shop.names()).toEqual(['Ann']);
    expect(runs).toEqual(['block']);
    const found = await run({ ...options, find: () => 'found' });
    expect(found.value).toBe('found');
  });

  it('stays with clean: false while others are cleaned, built before or after', async () => {
    const fixtures = shop.fixtures();
    await fixtures.register('bob', () => shop.account('Bob'));
    const ann = await fixtures.registerDump('ann', () => shop.account('Ann'), {
      watch: [],
      clean: false,
    });
    await fixtures.register('eve', () => shop.account('Eve'));
    await fixtures.clean();
    expect(await shop.names()).toEqual(['Ann']);
    expect(await fixtures.registerDump('ann', () => 'again', { watch: [] })).toBe(ann);
    await fixtures.withClean(async () => expect(await shop.names()).toEqual(['Ann']));
    await fixtures.reset();
    expect(await fixtures.registerDump('ann', () => 'again', { watch: [] })).toBe(ann);
  });

  it('cannot stay with clean: false where it stands on rows that go', async () => {
    const fixtures = shop.fixtures();
    await fixtures.register('bob', () => shop.account('Bob'));
    const rename = () => shop.run(`UPDATE account SET tag = 'x' WHERE name = 'Bob'`);
    await fixtures.registerDump('tag', rename, { watch: [], clean: false });
    await expect(fixtures.clean()).rejects.toThrow('HFIT_FIXTURE_KEPT');
    expect(await shop.names()).toEqual(['Bob']);
  });

  it('asks for the file to watch where no file calls', async () => {
    const fixtures = shop.fixtures();
    const register = fixtures.registerDump.bind(fixtures, 'ann', () => 1);
    const called = await new Promise<unknown>((resolve) => {
      // What calls here is a function that is made of a text.
      const call = new Function('register', 'resolve', 'resolve({ it: register() })');
      setTimeout(call as (...all: unknown[]) => void, 0, register, resolve);
    });
    const error = await (called as { it: Promise<unknown> }).it.catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_DUMP_CALLER' });
  });

  it('gives the value back as it was: dates, big numbers, bytes, maps', async () => {
    const value = {
      at: new Date(5),
      big: 2n ** 70n,
      bytes: new Uint8Array([0, 255]),
      map: new Map([['a', new Set([undefined, -0])]]),
      plain: { list: [1, 'two', null] },
    };
    for (const times of [1, 2]) {
      const got = await shop.fixtures().registerDump('value', () => value, { watch: [] });
      expect([times, got]).toEqual([times, value]);
    }
    const nothing = () => shop.fixtures().registerDump('nothing', async () => {}, { watch: [] });
    expect([await nothing(), await nothing()]).toEqual([undefined, undefined]);
  });

  it('refuses a value that no file keeps, unless it can be found', async () => {
    class Entity {
      readonly name = 'Ann';
    }
    const build = async () => {
      await shop.account('Ann');
      return { users: [new Entity()] };
    };
    const registered = shop.fixtures().registerDump('entity', build, { watch: [] });
    await expect(registered).rejects.toThrow('the value.users[0] is an instance of Entity');
    expect(await shop.names()).toEqual([]);
    const found = { users: [new Entity()] };
    const find = async () => ((await shop.names())[0] === 'Ann' ? found : { users: [] });
    for (const times of [1, 2]) {
      const fixtures = shop.fixtures();
      const value = await fixtures.registerDump('entity', build, { watch: [], find });
      expect([times, value]).toEqual([times, found]);
      await fixtures.clean();
    }
  });

  it('runs statements again that the block told', async () => {
    const settings = { dumps: { includeStatements: /^PRAGMA user_version/ } };
    const build = async () => {
      const fixtures = shop.fixtures(settings);
      await fixtures.registerDump(
        'told',
        async (it, dump) => {
          await dump.include('PRAGMA application_id = 7');
          await it.register('inner', () => it.saw('PRAGMA user_version = 9'));
          it.saw('SELECT 1');
        },
        { watch: [] },
      );
    };
    await build();
    await shop.run('PRAGMA application_id = 0', 'PRAGMA user_version = 0');
    await build();
    const snapshot = await shop.database.snapshot();
    const read = (name: string) => snapshot.using((it) => it.query(`PRAGMA ${name}`));
    expect([await read('application_id'), await read('user_version')]).toEqual([[[7n]], [[9n]]]);
    await snapshot.close();
  });

  it('loads by the client program of the database, and by the driver where that fails', async () => {
    await run();
    const by = async (programUrl: string) => (await run(undefined, { dumps: { programUrl } })).how;
    expect(await by(String(shop.target))).toBe('loaded from its dump by the client program');
    expect(await by('sqlite:/nowhere/hfit.db')).toBe('loaded from its dump');
    expect(runs).toEqual(['block']);
  });

  it('is built anew where its file is damaged', async () => {
    await run();
    const path = join(shop.folder, 'dumps', (await dumps())[0]!);
    const text = await readFile(path, 'utf8');
    const alien = text.replace(/"value":\{.*?\},"cost"/, '"value":{"bytes":"AAAA"},"cost"');
    for (const damaged of [text.slice(0, -30), alien]) {
      await writeFile(path, damaged);
      expect((await run()).how).toBe('its dump was not used: its file is damaged');
    }
    expect((await run()).how).toBe('loaded from its dump');
  });

  it('brings the fixtures that were built within it, each with its value', async () => {
    const next = async () => {
      const fixtures = shop.fixtures();
      const ann = () => fixtures.register('ann', () => shop.account('Ann'));
      await fixtures.registerDump(
        'posts',
        async () => {
          runs.push('block');
          await shop.run(`INSERT INTO post (account_id) VALUES (${(await ann()).id})`);
        },
        { watch: [] },
      );
      const value = await ann();
      expect(await shop.names()).toEqual(['Ann']);
      await fixtures.clean();
      expect(await ann()).toBe(value);
      expect(await shop.rows('post')).toEqual([]);
      await fixtures.clean();
      return value;
    };
    const value = await next();
    expect(await next()).toEqual(value);
    expect(runs).toEqual(['block']);
  });

  it('is not used where a fixture that it uses is another one', async () => {
    const next = async (name: string) => {
      const fixtures = shop.fixtures().defineDump('ann', () => shop.account(name), {
        watch: [],
        cacheKey: name,
      });
      // The first run asks for Ann before the posts, the others leave it to them.
      if (runs.length === 0) await fixtures.register('ann');
      const value = await fixtures.registerDump(
        'posts',
        async (it) => {
          runs.push(name);
          const { id } = await it.register('ann');
          await shop.run(`INSERT INTO post (account_id) VALUES (${id})`);
          return name;
        },
        { watch: [] },
      );
      await fixtures.clean();
      return value;
    };
    // sqlite gives each Ann a token of its own, so they differ by more than their name.
    expect(await next('Ann')).toBe('Ann');
    expect(await next('Ann')).toBe('Ann');
    expect(runs).toEqual(['Ann']);
    expect(await next('Anna')).toBe('Anna');
    expect(runs).toEqual(['Ann', 'Anna']);
  });

  it('is not used where a file has changed that a dump within it watches', async () => {
    await file('inner.txt', '1');
    const next = async () => {
      const fixtures = shop.fixtures();
      await fixtures.registerDump(
        'outer',
        async () => {
          runs.push('outer');
          await fixtures.registerDump('inner', () => shop.account('Ann'), { watch: ['inner.txt'] });
        },
        { watch: [] },
      );
      await fixtures.clean();
    };
    await next();
    await next();
    expect(runs).toEqual(['outer']);
    await file('inner.txt', '2');
    await next();
    expect(runs).toEqual(['outer', 'outer']);
  });
});
