import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openDatabase } from '@hot-fixture/database';
import Sqlite from 'better-sqlite3';
import { extract } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPackage, signingKeyId, type VerifyReport, verifyPackage } from '../src/index.js';
import { canonical } from '../src/package/canonical.js';
import { signText } from '../src/package/signing-key.js';
import { checkForeignKeys } from '../src/package/slice-keys.js';
import { bytesOf, type Entry, filesBelow, sha256, signingKey, streamOf, tar } from './packages.js';
import { rowsOf, type Shop, subsetOf, template, withExtraction } from './shop.js';

/** The shop on SQLite, where a customer's name got into an order. */
const sqliteSchema = `
  CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT, city TEXT);
  CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers,
    note TEXT);
  INSERT INTO customers VALUES (1, 'Ada Lovelace', 'ada@real.example', 'Bath'), (2, 'Bo', NULL, 'Bonn');
  INSERT INTO orders VALUES (1, 1, 'leave at the door'), (2, 2, 'gift wrap'), (3, 1, 'ring twice');
`;
const policy = `policyVersion: 1
databases:
  shop:
    customers: { id: keep, name: personName, email: email, city: keep }
    orders: { id: keep, customer_id: keep, note: keep }
`;

let folder: string;
let good: Map<string, Buffer>;
let root: string;
const trust = { keys: [signingKey] };

async function make(sql = '', more = policy, project?: string): Promise<Buffer> {
  const sqlite = new Sqlite(':memory:');
  sqlite.exec(sqliteSchema + sql);
  const shop = { database: await openDatabase(sqlite) } as Shop;
  try {
    const asked = {
      template: template(subsetOf('orders', 'id > 0')),
      policy: more,
      ...(project !== undefined && { project }),
    };
    return await withExtraction(shop, asked, async (extraction) => {
      const { stream } = await extraction.package({
        who: 'ann@desk',
        signingKey,
        policies: { 'policy.yaml': more },
      });
      return bytesOf(stream);
    });
  } finally {
    sqlite.close();
  }
}

/** The good package with some of its files changed; the manifest says what is told of it. */
function changed(change: (files: Map<string, Buffer>) => void): Buffer {
  const files = new Map(good);
  change(files);
  const order = ['manifest.json', 'manifest.sig.json'].map((it) => `${root}/METADATA/${it}`);
  const paths = [...new Set([...order, ...files.keys()])].filter((path) => files.has(path));
  const entries: Entry[] = paths.map((path) => ({ path, content: files.get(path)! }));
  return gzipSync(tar(entries));
}

/** The same, with a manifest that fits what was changed, signed by a key. */
function forged(change: (files: Map<string, Buffer>) => void, key = signingKey): Buffer {
  return changed((files) => {
    change(files);
    const place = `${root}/METADATA/manifest.json`;
    const manifest = JSON.parse(String(files.get(place)));
    for (const file of manifest.files) {
      const content = files.get(`${root}/${file.path}`) as Buffer;
      Object.assign(file, { bytes: content.length, sha256: sha256(content) });
    }
    const text = canonical(manifest);
    files.set(place, Buffer.from(text));
    files.set(
      `${root}/METADATA/manifest.sig.json`,
      Buffer.from(JSON.stringify(signText(key, text))),
    );
  });
}

const failing = ({ checks }: VerifyReport) => checks.filter((it) => !it.passed);
const verify = (bytes: Uint8Array, more = {}) =>
  verifyPackage(streamOf(bytes), { ...trust, ...more });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hfit-test-verify-'));
  const unpack = extract({ cwd: folder });
  const ended = new Promise((resolve) => unpack.on('end', resolve));
  unpack.end(await make());
  await ended;
  good = await filesBelow(folder);
  root = [...good.keys()][0]?.split('/')[0] as string;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('verify', () => {
  it('passes what is whole, signed and tells of nobody', async () => {
    const report = await verify(await make());
    expect(failing(report)).toEqual([]);
    expect(report.passed).toBe(true);
    expect(report.checks.map(({ name, detail }) => `${name}: ${detail}`)).toEqual([
      expect.stringMatching(/^archive: \d+ files, \d+ bytes unpacked$/),
      `signature: signed by the key ${signingKeyId(signingKey)}`,
      expect.stringMatching(/^digests: \d+ files are as they were made/),
      'counts: 5 rows of 2 tables',
      'foreign keys: 1 foreign key looked at in all rows',
      'masked values: searched what was kept, whole or in part, for 2 masked values',
      'personal data: searched 2 columns that were kept',
    ]);
    expect(report.manifest).toMatchObject({
      hfitPackage: 1,
      madeBy: 'ann@desk',
      template: { name: 'slice' },
      parameters: { id: '5' },
      policies: [{ file: 'policy.yaml', sha256: sha256(policy) }],
      columns: { 'shop: customers': { id: 'keep', name: 'personName', city: 'keep' } },
      rows: { 'shop: customers': 2, 'shop: orders': 3 },
    });
  });

  it('finds a masked value in a column that was kept, and does not tell it', async () => {
    const report = await verify(
      await make(`UPDATE orders SET note = 'for ada-LOVELACE!' WHERE id = 3`),
    );
    expect(failing(report)).toEqual([
      expect.objectContaining({
        name: 'masked values',
        failures: [
          {
            place: 'shop: orders.note, row 3',
            reason: '1 row with values of shop: customers.name, which was masked',
          },
        ],
      }),
    ]);
    expect(JSON.stringify(report)).not.toMatch(/lovelace/i);
  });

  it('finds personal data in a column that was kept, until somebody accepts it', async () => {
    const bytes = await make(`UPDATE orders SET note = 'call bob.b@gmail.com' WHERE id = 2`);
    const report = await verify(bytes);
    expect(failing(report)).toEqual([
      expect.objectContaining({
        name: 'personal data',
        failures: [
          {
            place: 'shop: orders.note, row 2',
            reason: expect.stringMatching(/^email in 1 of 3 rows: /),
          },
        ],
      }),
    ]);
    expect(JSON.stringify(report)).not.toContain('bob.b');
    expect((await verify(bytes, { accept: ['orders.note'] })).passed).toBe(true);
  });

  describe('searches what a masker leaves of a value', () => {
    const asNote = (note: string) => policy.replace('note: keep', `note: ${note}`);
    const kept = '{ mask: json, paths: { "$.to": keep, "$.mail": email, "$.gone": deny } }';
    const others = '{ mask: json, paths: { "$.mail": email, "$.gone": deny }, others: keep }';
    const within = '{ mask: json, paths: { "$.to": redact, "$.mail": email } }';
    const failures = async (note: string, texts: readonly string[]) => {
      const sql = texts.map((it, i) => `UPDATE orders SET note = '${it}' WHERE id = ${i + 1};`);
      const report = await verify(await make(sql.join(''), asNote(note)));
      expect(JSON.stringify(report)).not.toMatch(/lovelace|bob\.b/i);
      return failing(report).flatMap(({ failures }) => failures.map((it) => it.reason));
    };
    const masked = '1 row with values of shop: customers.name, which was masked';
    const email = expect.stringMatching(/^email in 1 of 3 rows: /);

    it.for([
      ['a path', kept],
      ['the other paths', others],
    ])('in %s of JSON', async ([, note]) => {
      const planted = ['{"to": "via\\nada \\u004covelace"}', '{"to": ["bob.b@gmail.com"]}', '{}'];
      expect(await failures(note as string, planted)).toEqual([masked, email]);
      const unkept = '{"mail": "bob.b@gmail.com", "gone": "Ada Lovelace"}';
      expect(await failures(note as string, [unkept, '{', '{}'])).toEqual([]);
    });

    it('in redacted text, and in redacted text of JSON', async () => {
      const planted = ['for ada-lovelace', 'bob.b@gmail.com', 'password: hunter2secret9'];
      for (const how of ['label', 'stars', 'mask']) {
        expect(await failures(`{ mask: redact, with: ${how} }`, planted)).toEqual([masked]);
      }
      const inJson = planted.map((it) => JSON.stringify({ to: it, mail: 'bob.b@gmail.com' }));
      expect(await failures(within, inJson)).toEqual([masked]);
    });
  });

  it('finds rows without what they point to', async () => {
    const report = await verify(
      forged((files) => {
        const place = `${root}/METADATA/rows/1.2.ndjson`;
        files.set(
          place,
          Buffer.from(
            String(files.get(place)).replace('{"i":"2"},{"i":"2"}', '{"i":"2"},{"i":"9"}'),
          ),
        );
      }),
    );
    expect(failing(report)).toEqual([
      expect.objectContaining({
        name: 'foreign keys',
        failures: [
          {
            place: 'shop: orders, row 2',
            reason: expect.stringMatching(/^1 row with a foreign key .* to no row of customers$/),
          },
        ],
      }),
    ]);
  });

  it('tells whose masking key was used: those of two projects do not join', async () => {
    const read = async (project?: string) => {
      const opened = await openPackage(streamOf(await make('', policy, project)), trust);
      try {
        const { customers = [] } = await rowsOf(opened.dataset());
        const { project, maskingKey } = opened.manifest;
        return { project, maskingKey, emails: customers.map((row) => row[2]) };
      } finally {
        await opened.close();
      }
    };
    const shop = await read('shop');
    const again = await read('shop');
    const other = await read('other');
    const none = await read();
    expect(again).toEqual(shop);
    expect([shop.project, other.project, none.project]).toEqual(['shop', 'other', null]);
    expect(new Set([shop, other, none].map((it) => it.maskingKey)).size).toBe(3);
    expect(new Set([shop, other, none].map(({ emails }) => emails[0])).size).toBe(3);
  });

  it('finds the same rows, however few keys fit into memory', async () => {
    const exports = JSON.parse(String(good.get(`${root}/METADATA/schema.json`)));
    const place = join(folder, root, 'METADATA/rows/1.2.ndjson');
    const whole = await readFile(place, 'utf8');
    const broken = whole.replaceAll('{"i":"1"},', '{"i":"7"},');
    for (const [lines, orphans] of [
      [whole, 0],
      [broken, 2],
    ] as const) {
      await writeFile(place, lines);
      // A package may say of itself that it has fewer rows than it has.
      const fewer = structuredClone(exports);
      for (const it of fewer[0].rows) it.rows = 1;
      for (const most of [1, 2, 100]) {
        for (const told of [exports, fewer]) {
          const { failures } = await checkForeignKeys(join(folder, root), told, most);
          const found = {
            place: 'shop: orders, row 1',
            reason: expect.stringMatching(`^${orphans} rows with`),
          };
          expect(failures).toEqual(orphans === 0 ? [] : [found]);
        }
      }
    }
    await writeFile(place, whole);
  });

  it('counts the rows', async () => {
    const report = await verify(
      forged((files) => {
        const place = `${root}/METADATA/rows/1.2.ndjson`;
        files.set(place, Buffer.from(String(files.get(place)).replace(/\n.*\n$/, '\n')));
      }),
    );
    expect(failing(report)).toMatchObject([
      {
        name: 'counts',
        failures: [{ place: 'shop: orders', reason: expect.stringContaining('2') }],
      },
    ]);
  });

  it.each(['orders.sql', 'METADATA/report.json', 'METADATA/rows/1.1.ndjson'])(
    'finds a change of %s',
    async (path) => {
      const report = await verify(
        changed((files) => {
          const content = Buffer.from(files.get(`${root}/${path}`) as Buffer);
          content[content.length >> 1]! ^= 1;
          files.set(`${root}/${path}`, content);
        }),
      );
      expect(failing(report)).toMatchObject([
        {
          name: 'digests',
          failures: [{ place: path, reason: expect.stringContaining('SHA-256') }],
        },
      ]);
    },
  );

  it('finds a file that is missing, and refuses one that is not listed', async () => {
    const without = await verify(changed((files) => files.delete(`${root}/orders.sql`)));
    expect(failing(without)).toMatchObject([
      { name: 'digests', failures: [{ place: 'orders.sql', reason: 'it is missing' }] },
    ]);
    const more = await verify(changed((files) => files.set(`${root}/more.sql`, Buffer.from('x'))));
    expect(failing(more)).toMatchObject([
      { name: 'archive', detail: expect.stringContaining('more.sql') },
    ]);
  });

  it('trusts nobody whose key was not given', async () => {
    const other = generateKeyPairSync('ed25519').privateKey;
    const nothing = () => {};
    for (const [bytes, keys] of [
      [forged(nothing, other), [signingKey]],
      [forged(nothing), []],
      [changed((files) => files.delete(`${root}/METADATA/manifest.sig.json`)), [signingKey]],
    ] as const) {
      expect(failing(await verify(bytes, { keys }))).toMatchObject([{ name: 'signature' }]);
      expect((await verify(bytes, { keys, anyKey: true })).passed).toBe(true);
    }
  });

  it('finds a manifest that was changed, also where any key is taken', async () => {
    const bytes = changed((files) => {
      const place = `${root}/METADATA/manifest.json`;
      files.set(place, Buffer.from(String(files.get(place)).replace('ann@desk', 'eve@desk')));
    });
    expect(failing(await verify(bytes, { anyKey: true }))).toMatchObject([
      { name: 'signature', detail: expect.stringContaining('not that of its manifest') },
    ]);
  });

  it('refuses a newer form, and what is no package', async () => {
    const newer = changed((files) =>
      files.set(`${root}/METADATA/manifest.json`, Buffer.from('{"hfitPackage":2}')),
    );
    const none = gzipSync(tar([{ path: 'a/b', content: 'x' }]));
    expect(failing(await verify(newer))).toMatchObject([
      { name: 'archive', detail: 'the package is of form 2, and this hfit knows forms up to 1' },
    ]);
    expect(failing(await verify(none))).toMatchObject([{ name: 'archive' }]);
  });

  it('leaves nothing behind', async () => {
    const ours = async () =>
      (await readdir(tmpdir())).filter((it) => it.startsWith('hfit-package-'));
    const { TMPDIR } = process.env;
    process.env.TMPDIR = folder;
    try {
      await verify(await make());
      await verify((await make()).subarray(0, 900));
      expect(await ours()).toEqual([]);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
  });
});
