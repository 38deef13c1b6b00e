import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  AnyFixture,
  type FixtureReport,
  finishRunReport,
  mergeReports,
  readRunReport,
  reportAsText,
} from '../src/index.js';
import { Shop, subjects } from './shop.js';

describe('the report', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(subjects.sqlite);
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => shop.close());

  const report: FixtureReport = mergeReports([
    {
      processes: 1,
      fixtures: [
        { fixture: 'post', builds: 1, buildTime: 2, hits: 1, saved: 2, wasted: 0, how: [] },
        {
          fixture: 'user',
          builds: 1,
          buildTime: 61_004,
          hits: 4,
          saved: 3_661_017,
          wasted: 0,
          how: [],
        },
      ],
      total: { spent: 0, saved: 0, wasted: 0 },
    },
  ]);

  it('shows what each fixture cost and saved, those most asked for first', () => {
    expect(`\n${reportAsText(report)}`).toBe(`
Use of fixtures:

  fixture   build time   hits   saved time

     user    01:01.004      4    61:01.017
     post    00:00.002      1    00:00.002

Total time spent: 01:01.006
Total time saved: 61:01.019
Total time wasted: 00:00.000
`);
  });

  it('counts what was built, asked for and wasted, each only for itself', async () => {
    const fixtures = new AnyFixture(shop.database);
    const inner = () => fixtures.register('inner', () => shop.account('Ann'));
    for (const _ of [1, 2, 3]) {
      await fixtures.register('outer', async () => {
        await inner();
        await inner();
      });
    }
    const { fixtures: uses, total, processes } = fixtures.report();
    expect(uses.map(({ fixture, builds, hits }) => [fixture, builds, hits])).toEqual([
      ['outer', 1, 2],
      ['inner', 1, 1],
    ]);
    const [outer, within] = uses;
    expect(total.spent).toBeCloseTo(outer!.buildTime + within!.buildTime);
    expect(outer!.saved).toBeCloseTo(2 * (outer!.buildTime + within!.buildTime));
    expect([processes, total.wasted]).toEqual([1, 0]);
    await fixtures.reset();
    await fixtures.register('unused', () => shop.account('Bob'));
    const unused = fixtures.report().fixtures.find(({ fixture }) => fixture === 'unused');
    expect(unused!.wasted).toBe(unused!.buildTime);
    await fixtures.reset();
    await fixtures.close();
  });

  const closed = async (option?: ConstructorParameters<typeof AnyFixture>[1]) => {
    const written: string[] = [];
    const write = (text: string) => written.push(text);
    const fixtures = new AnyFixture(shop.database, option ?? { report: { write } });
    await fixtures.register('ann', () => 1);
    await fixtures.register('ann', () => 1);
    await fixtures.close();
    return written.join('');
  };

  it('is off by default, and switched on by option and by environment variable', async () => {
    const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      await closed({});
      vi.stubEnv('HFIT_FIXTURE_REPORT', '0');
      await closed({});
      expect(output).not.toHaveBeenCalled();
      vi.stubEnv('HFIT_FIXTURE_REPORT', '1');
      await closed({});
      expect(output.mock.calls.join('')).toContain('Total time saved');
    } finally {
      output.mockRestore();
    }
    expect(await closed()).toContain('Total time saved');
    vi.stubEnv('HFIT_FIXTURE_REPORT', 'json');
    expect(JSON.parse(await closed())).toMatchObject({ processes: 1, fixtures: [{ hits: 1 }] });
  });

  it('is one for all processes of a run', async () => {
    const folder = join(shop.folder, 'report');
    const written: string[] = [];
    const option = { report: { folder, write: (text: string) => written.push(text) } };
    for (const _ of [1, 2]) await closed(option);
    expect(written).toEqual([]);
    const merged = await readRunReport(folder);
    expect(merged).toMatchObject({
      processes: 2,
      fixtures: [{ fixture: 'ann', builds: 2, hits: 2 }],
    });
    await finishRunReport(option.report);
    expect(written.join('')).toContain('Use of fixtures of 2 processes:');
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
    expect(await readRunReport(folder)).toMatchObject({ processes: 0, fixtures: [] });
  });

  it('finds the parts of a run by the name of it', async () => {
    vi.stubEnv('HFIT_RUN', `report test ${process.pid}`);
    expect(await closed()).toBe('');
    expect(await readRunReport()).toMatchObject({ processes: 1 });
    const written: string[] = [];
    await finishRunReport({ format: 'json', write: (text) => written.push(text) });
    expect(JSON.parse(written.join('')).fixtures).toHaveLength(1);
    vi.stubEnv('HFIT_RUN', '');
    expect(await readRunReport()).toMatchObject({ processes: 0 });
  });
});
