import { existsSync, renameSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { type Database, qualified } from '@hot-fixture/database';
import { extract, type ReadEntry } from 'tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseTemplate } from '../src/index.js';
import { bytesOf } from './packages.js';
import { shopAndTarget, subsetOf, template, withExtraction } from './shop.js';

const shops = shopAndTarget();

describe('package', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hfit-test-package-'));
    await mkdir(join(folder, 'volume', 'invoices'), { recursive: true });
    await writeFile(join(folder, 'volume', 'invoices', '7_a.txt'), 'seven');
    await writeFile(join(folder, 'volume', 'private.txt'), 'private');
    await utimes(join(folder, 'volume', 'invoices', '7_a.txt'), 1000, 1000);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const request = (exports: string, prepare = '') => ({
    template: template(exports, prepare),
    sources: {
      databases: { shop: shops.shop.database as Database },
      volumes: { files: join(folder, 'volume') },
    },
  });
  const find = `prepare:\n  - { setVar: number, from: hot-data, hdata: { type: volume, volume: files, glob: "invoices/*_a.txt", regex_replace: "/([0-9]+).*/$1/" } }\n`;

  it('tells no parameter that is secret, nor what was made of it', async () => {
    const byCopy = 'id = ${copy} OR id = 9';
    const secret = parseTemplate(
      'hfitVersion: 1\ntemplateName: slice\npackageName: of_$1_${copy}\n' +
        'parameters: [{ name: id, type: integer, secret: true }]\n' +
        'prepare: [{ setVar: copy, from: input, source: $1 }]\n' +
        `exports:\n${subsetOf('orders', byCopy)}`,
    );
    const asked = { template: secret, parameters: ['0007'] };
    await withExtraction(shops.shop, asked, async (extraction) => {
      const { name, stream } = await extraction.package();
      expect(name).toMatch(/^pkg-of__secret___secret_-/);
      const text = gunzipSync(await bytesOf(stream)).toString('latin1');
      expect(text).toContain('"parameters":{"id":"(secret)"}');
      expect(text).toContain('"copy": "(secret)"');
      expect(text).not.toContain('0007');
    });
    const wrong = withExtraction(shops.shop, { ...asked, parameters: ['x7'] }, async () => {});
    await expect(wrong).rejects.toThrow(/HFIT_PARAMETER_TYPE.*what is secret/);
  });

  it('holds the exports, the files and its metadata', async () => {
    const exports = `${subsetOf('orders', 'id = ${id}')}  docs/invoice.txt: { type: file, data: { volume: files, path: "invoices/\${number}_a.txt" } }`;
    const files: Record<string, string> = {};
    await withExtraction(shops.shop, request(exports, find), async (extraction) => {
      expect(extraction.hasFiles).toBe(true);
      const { name, stream } = await extraction.package();
      expect(name).toMatch(/^pkg-slice-\d{8}T\d{6}$/);
      const onReadEntry = (entry: ReadEntry) => {
        entry.on('data', (data) => {
          const path = entry.path.slice(name.length + 1);
          files[path] = (files[path] ?? '') + data;
        });
      };
      await pipeline(stream, extract({ cwd: folder, onReadEntry }));
    });
    expect(Object.keys(files).sort()).toEqual([
      'METADATA/input.json',
      'METADATA/manifest.json',
      'METADATA/pkg-template.yaml',
      'METADATA/replacement.json',
      'METADATA/report.json',
      'METADATA/rows/1.4.ndjson',
      'METADATA/rows/1.5.ndjson',
      'METADATA/schema.json',
      'METADATA/timestamps.json',
      'docs/invoice.txt',
      'orders.sql',
    ]);
    expect(files['docs/invoice.txt']).toBe('seven');
    expect(JSON.parse(files['METADATA/input.json']!)).toEqual({ id: '5' });
    expect(JSON.parse(files['METADATA/replacement.json']!)).toEqual({ id: '5', number: '7' });
    expect(JSON.parse(files['METADATA/timestamps.json']!).files['docs/invoice.txt']).toBe(
      '1970-01-01T00:16:40.000Z',
    );
    expect(JSON.parse(files['METADATA/report.json']!).rows['public.orders']).toBe(1);
    const sql = files['orders.sql']!.split('\n')
      .filter((line) => !line.startsWith('\\'))
      .join('\n');
    await shops.target.pglite.exec(sql);
    expect(await shops.target.database.orphans()).toEqual([]);
  });

  it('carries no file that the policy does not keep', async () => {
    const exports = '  a.txt: { type: file, data: { volume: files, path: private.txt } }';
    const error = await withExtraction(shops.shop, request(exports), (it) => it.package()).catch(
      (it) => it,
    );
    expect(error).toMatchObject({ code: 'HFIT_FILE_DENIED' });
  });

  it.each([
    ['is not there', () => {}],
    [
      'goes away',
      () =>
        existsSync(join(folder, 'tmp')) && renameSync(join(folder, 'tmp'), join(folder, 'gone')),
    ],
  ])('tells of a temporary folder that %s', async (what, onProgress) => {
    const { TMPDIR } = process.env;
    process.env.TMPDIR = join(folder, 'tmp');
    if (what === 'goes away') await mkdir(join(folder, 'tmp'));
    try {
      const asked = { ...request(subsetOf('orders', 'id < 50')), onProgress };
      const error = await withExtraction(shops.shop, asked, (it) => it.package()).catch((it) => it);
      expect(error).toMatchObject({ code: 'HFIT_PACKAGE_DISK', kind: 'unavailable' });
      expect(error.message).not.toContain(folder);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
  });

  it('calls itself by a name that a file can have', async () => {
    const base = request(subsetOf('orders', 'id = 1')).template;
    const packageName = { pieces: ['漢'.repeat(90)], where: '' };
    const asked = { ...request(subsetOf('orders', 'id = 1')), template: { ...base, packageName } };
    await withExtraction(shops.shop, asked, async (extraction) => {
      const { name } = await extraction.package();
      expect(name).toMatch(/^pkg-漢{33}-\d{8}T\d{6}$/u);
    });
  });

  it('tells of denied files no more than of files that are not there', async () => {
    const exports = '  a.txt: { type: file, data: { volume: files, path: "${found}" } }';
    const step = (glob: string) =>
      `prepare:\n  - { setVar: found, from: hot-data, hdata: { type: volume, volume: files, glob: "${glob}" } }\n`;
    const ask = (glob: string) =>
      withExtraction(shops.shop, request(exports, step(glob)), async () => {}).catch((it) => it);
    const denied = await ask('p*.txt');
    expect(denied).toMatchObject({ code: 'HFIT_PREPARE_EMPTY' });
    expect(denied.message).toBe((await ask('q*.txt')).message);
  });

  it('carries tables of one schema by its name, and makes schemas', async () => {
    const exports = `  db.sql: { type: dbcreate, data: { dbms: shop, tablelist: [archive] } }\n  t.sql: { type: table-create, data: { dbms: shop, tablelist: [public] } }`;
    await withExtraction(shops.shop, request(exports), (it) =>
      shops.target.database.load(it.dataset()),
    );
    const { tables } = await shops.target.database.introspect();
    expect(tables.map(qualified)).toEqual(
      (await shops.shop.database.introspect()).tables.map(qualified),
    );
  });
});
