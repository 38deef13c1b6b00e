import { carry, type Dataset, type LoadOptions, openDatabase } from '@hot-fixture/database';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Extraction, openPackage, readLines } from '../src/index.js';
import { dialects, type Fresh } from './dialects.js';
import { bytesOf, signingKey, streamOf } from './packages.js';
import { type Shop, template, withExtraction } from './shop.js';

const tables = [
  'CREATE TABLE author (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20))',
  'CREATE TABLE post (id INTEGER NOT NULL PRIMARY KEY, author_id INTEGER)',
  'CREATE TABLE photo (id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(20))',
  'CREATE TABLE remark (id INTEGER NOT NULL PRIMARY KEY, about VARCHAR(9), about_id INTEGER, likes VARCHAR(200))',
];
const names = ['author', 'post', 'photo', 'remark'];
const coming = [
  "INSERT INTO author VALUES (1, 'Ann'), (2, 'Bo')",
  'INSERT INTO post VALUES (1, 2), (2, 0), (3, NULL)',
  "INSERT INTO photo VALUES (1, 'sea')",
  `INSERT INTO remark VALUES (1, 'Post', 3, '{"by": [2]}'), (2, 'Photo', 1, NULL), (3, 'Else', 1, NULL), (4, NULL, 2, NULL)`,
];
const there = [
  "INSERT INTO author VALUES (1, 'Zoe'), (10, 'Yan')",
  'INSERT INTO post VALUES (100, 10)',
  "INSERT INTO photo VALUES (1000, 'old')",
];
const plain = '{ dbms: shop, table: post, columns: author_id, target: author }';
const typed =
  '{ dbms: shop, table: remark, type: about, id: about_id, targets: { Post: post, Photo: photo } }';
const inside = '{ dbms: shop, table: remark, column: likes, path: "$.by[*]", target: author }';
const keep = (columns: string) =>
  `{ ${columns
    .split(' ')
    .map((it) => `${it}: keep`)
    .join(', ')} }`;
const policy = `policyVersion: 1
databases:
  shop:
    author: ${keep('id name')}
    post: ${keep('id author_id')}
    photo: ${keep('id title')}
    remark: ${keep('id about about_id likes')}
`;

/** An extraction on its way to a loader, in each form that one takes. */
const forms: Record<string, (extraction: Extraction) => Promise<[Dataset, () => unknown]>> = {
  'from its source': async (it) => [it.dataset(), () => {}],
  'as lines': async (it) => {
    let text = '';
    for await (const line of it.lines()) text += line;
    return [await readLines(streamOf(Buffer.from(text))), () => {}];
  },
  'as a package': async (it) => {
    const bytes = await bytesOf((await it.package({ signingKey })).stream);
    const opened = await openPackage(streamOf(bytes), { keys: [signingKey] });
    return [opened.dataset(), () => opened.close()];
  },
};

describe.each(dialects)('keys that are moved, on $name', ({ skip, open }) => {
  if (skip) return it.skip('needs a server', () => {});
  let source: Fresh;
  let target: Fresh;
  beforeAll(async () => {
    [source, target] = await Promise.all([open(), open()]);
    for (const fresh of [source, target]) for (const sql of tables) await fresh.run(sql);
    for (const sql of coming) await source.run(sql);
  });
  afterAll(() => Promise.all([source?.close(), target?.close()]));
  beforeEach(async () => {
    for (const name of names) await target.run(`DELETE FROM ${name}`);
    for (const sql of there) await target.run(sql);
  });

  async function load(form: string, references: string[], options: LoadOptions, into?: Fresh) {
    const exports = names.map(
      (name) => `  ${name}.sql: { type: table-data, data: { dbms: shop, table: ${name} } }\n`,
    );
    const asked = template(exports.join(''), `references: [${references.join(', ')}]\n`);
    const shop = { database: source.database } as Shop;
    return withExtraction(shop, { template: asked, policy }, async (extraction) => {
      const [dataset, close] = await forms[form]!(extraction);
      const { database } = into ?? target;
      try {
        const carried = await carry(dataset, database);
        return await database.load(carried.dataset, { shiftKeys: true, ...options });
      } finally {
        await close();
      }
    });
  }

  it.each(Object.keys(forms))('take declared references along: %s', async (form) => {
    await load(form, [plain, typed], {});
    const rows = await state(target);
    expect(rows.author).toEqual(['1 Zoe', '10 Yan', '11 Ann', '12 Bo']);
    // A null and a zero point to nobody, and nobody is what they point to afterwards.
    expect(rows.post).toEqual(['100 10', '101 12', '102 0', '103 -']);
    expect(rows.photo).toEqual(['1000 old', '1001 sea']);
    expect(rows.remark?.map((it) => it.split(' ').slice(0, 3).join(' '))).toEqual([
      ...['1 Post 103', '2 Photo 1001', '3 Else 1', '4 - 2'],
    ]);
  });

  it('are refused where documents hold them, unless they are to stay', async () => {
    const before = await state(target);
    const error = await load('as a package', [inside], {}).catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_LOAD_SHIFT' });
    expect(error.message).toMatch(/documents in its column likes hold keys of .*author/);
    expect(await state(target)).toEqual(before);
    await target.run('DELETE FROM author');
    await load('as a package', [inside, typed, plain], { keepKeys: ['author'] });
    expect((await state(target)).post).toContain('101 2');
  });

  it('do not matter within documents of which none comes', async () => {
    await source.run('UPDATE remark SET likes = NULL');
    try {
      await load('as a package', [inside], {});
      expect((await state(target)).author).toContain('11 Ann');
    } finally {
      await source.run(`UPDATE remark SET likes = '{"by": [2]}' WHERE id = 1`);
    }
  });

  it('are told to stay where rows run into them', async () => {
    const error = await load('from its source', [], { keepKeys: ['author'] }).catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_LOAD_SHIFT', where: 'row 1, id = 1' });
    expect(error.message).toMatch(/author.*its key \(id\) stays as it is.*merge/s);
    await load('from its source', [], { keepKeys: ['author'], existing: 'merge' });
    expect((await state(target)).author).toEqual(['1 Ann', '2 Bo', '10 Yan']);
  });

  it('are refused where what is to stay is not there', async () => {
    const error = await load('from its source', [], { keepKeys: ['autor'] }).catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_TABLE_UNKNOWN' });
    expect(error.message).toContain('autor');
  });

  it('move in another dialect too', async () => {
    const sqlite = new Sqlite(':memory:');
    for (const sql of [...tables, ...there]) sqlite.exec(sql);
    const database = await openDatabase(sqlite);
    await load('as a package', [plain, typed], {}, { database } as Fresh);
    const found = sqlite.prepare('SELECT about_id FROM remark ORDER BY id').pluck().all();
    expect(found).toEqual([103, 1001, 1, 2]);
    sqlite.close();
  });
});

async function state({ database }: Fresh): Promise<Record<string, string[]>> {
  const snapshot = await database.snapshot();
  try {
    const found: Record<string, string[]> = {};
    for (const table of (await snapshot.introspect()).tables) {
      const rows = await snapshot.list({ table, columns: table.columns });
      found[table.name] = rows
        .map((row) => row.map((it) => String(it ?? '-')).join(' '))
        .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
    }
    return found;
  } finally {
    await snapshot.close();
  }
}
