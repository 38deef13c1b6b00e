import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from '../src/index.js';
import { rowsOf, shopAndTarget, subsetOf, template, textOf, withExtraction } from './shop.js';

const shops = shopAndTarget();

describe('lines', () => {
  const request = { template: template(subsetOf('refund', 'id < 30')) };
  const whole = () => withExtraction(shops.shop, request, (it) => textOf(it.lines()));
  const bytes = async function* (text: string, size: number) {
    const all = Buffer.from(text);
    for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
  };

  it('come back as the same rows, however they are cut into chunks', async () => {
    const text = await whole();
    const direct = await withExtraction(shops.shop, request, (it) => rowsOf(it.dataset()));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5000 }), async (size) => {
        expect(await rowsOf(await readLines(bytes(text, size)))).toEqual(direct);
      }),
      { numRuns: 15 },
    );
  });

  it('load nothing when they end early, wherever they are cut', async () => {
    const text = await whole();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: text.length - 2 }), async (length) => {
        const cut = async () =>
          shops.target.database.load(await readLines(bytes(text.slice(0, length), 4096)));
        await expect(cut()).rejects.toMatchObject({ code: 'HFIT_STREAM_INCOMPLETE' });
        expect((await shops.target.database.introspect()).tables).toEqual([]);
      }),
      { numRuns: 25 },
    );
    await shops.target.database.load(await readLines(bytes(text, 4096)));
    expect(await shops.target.database.orphans()).toEqual([]);
  });

  it('refuse what is something else', async () => {
    for (const text of ['', 'hello\n', '{"hfit":99}\n', '{"hfit":1}\n', '[]\n']) {
      await expect(readLines(bytes(text, 10))).rejects.toThrow(/HFIT_STREAM_(FORMAT|INCOMPLETE)/);
    }
  });
});
