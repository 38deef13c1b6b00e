import { HfitError } from '@hot-fixture/errors';
import { parsePolicy } from '@hot-fixture/masking';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  drawChain,
  type Extraction,
  type ExtractionRequest,
  openExtraction,
  parseTemplate,
} from '../src/index.js';
import { dialects, type Fresh } from './dialects.js';
import { key, type Rows, rowsOf } from './shop.js';

const range = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const values = (rows: readonly (readonly unknown[])[]) =>
  rows
    .map(
      (row) =>
        `(${row.map((it) => (it === null ? 'NULL' : typeof it === 'number' ? it : `'${it}'`)).join()})`,
    )
    .join();

/** A blog: two keys between two tables, a self reference, a polymorphic reference, a document. */
const schema = `
  CREATE TABLE country (code varchar(40) PRIMARY KEY, name varchar(20));
  CREATE TABLE author (id int PRIMARY KEY, country varchar(40) NOT NULL, mentor_id int,
    FOREIGN KEY (country) REFERENCES country (code), FOREIGN KEY (mentor_id) REFERENCES author (id));
  CREATE TABLE post (id int PRIMARY KEY, author_id int NOT NULL, editor_id int, likes int NOT NULL,
    FOREIGN KEY (author_id) REFERENCES author (id), FOREIGN KEY (editor_id) REFERENCES author (id));
  CREATE TABLE photo (id int PRIMARY KEY, author_id int NOT NULL, FOREIGN KEY (author_id) REFERENCES author (id));
  CREATE TABLE remark (id int PRIMARY KEY, about varchar(10) NOT NULL, about_id int NOT NULL);
  CREATE TABLE event (id int PRIMARY KEY, body varchar(200));
  CREATE TABLE loose (n int NOT NULL, author_id int);
  CREATE TABLE import_line (id int PRIMARY KEY, post_no int, word varchar(10));
  INSERT INTO country VALUES ('nl', 'N'), ('pt', 'P'), ('se', 'S');
  INSERT INTO author VALUES ${values(range(10).map((i) => [i, ['nl', 'pt'][i % 2], i > 1 ? i - 1 : null]))};
  INSERT INTO post VALUES ${values(range(40).map((i) => [i, 1 + (i % 10), i % 4 ? null : 1 + ((i + 5) % 10), i % 7]))};
  INSERT INTO photo VALUES ${values(range(5).map((i) => [i, i]))};
  INSERT INTO remark VALUES ${values(range(30).map((i) => [i, ['Post', 'Photo', 'Dog'][i % 3], 1 + (i % 6)]))};
  INSERT INTO event VALUES ${values([
    [1, '{"who": {"id": 3}, "seen": [{"post": 7}, {"post": "8"}, {"post": 900}]}'],
    [2, '{"who": {"id": "none"}}'],
    [3, 'no document'],
    [4, null],
    [5, '{"who": {"id": 99999999999999999999}}'],
  ])};
  INSERT INTO loose VALUES (1, 2), (1, 2), (2, NULL);
  INSERT INTO import_line VALUES (1, 7, 'x'), (2, 4000, 'y'), (3, NULL, 'z');
`;

const policyText = `policyVersion: 1
databases:
  blog:
    country: { code: keep, name: keep }
    author: { id: keep, country: keep, mentor_id: keep }
    post: { id: keep, author_id: keep, editor_id: keep, likes: keep }
    photo: { id: keep, author_id: keep }
    remark: { id: keep, about: keep, about_id: keep }
    event: { id: keep, body: keep }
    loose: { n: keep, author_id: keep }
    import_line: { id: keep, post_no: keep, word: keep }
`;

describe.each(dialects.filter(({ skip }) => !skip))('a subset of $name', ({ open }) => {
  let source: Fresh;
  let hasAddresses = false;
  beforeAll(async () => {
    source = await open();
    await source.run(schema);
    hasAddresses = source.database.dialect.rowAddress !== undefined;
  });
  afterAll(() => source?.close());

  const templateOf = (data: string, rest = '') =>
    parseTemplate(
      `hfitVersion: 1\ntemplateName: t\nparameters: [{ name: share, default: 20% }]\n${rest}exports:\n  slice.sql:\n    type: subset\n    data: { dbms: blog, ${data} }\n`,
    );

  async function lent<T>(
    data: string,
    rest: string,
    request: Partial<ExtractionRequest>,
    work: (extraction: Extraction) => Promise<T>,
  ): Promise<T> {
    const extraction = await openExtraction({
      template: templateOf(data, rest),
      parameters: [],
      sources: { databases: { blog: source.database }, volumes: {} },
      policy: parsePolicy(policyText, 'policy.yaml'),
      maskingKey: key,
      ...request,
    });
    try {
      return await work(extraction);
    } finally {
      await extraction.close();
    }
  }

  const rowsOfSubset = (data: string, rest = '', request: Partial<ExtractionRequest> = {}) =>
    lent(data, rest, request, (extraction) => rowsOf(extraction.dataset()));

  async function idsOf(...asked: Parameters<typeof rowsOfSubset>) {
    const rows = await rowsOfSubset(...asked);
    const ids = (list: Rows[string]) =>
      list
        .map(([id]) => (/^\d+$/.test(String(id)) ? Number(id) : id))
        .sort((a, b) => (a! < b! ? -1 : 1));
    return Object.fromEntries(
      Object.entries(rows).flatMap(([name, list]) => (list.length ? [[name, ids(list)]] : [])),
    );
  }

  async function refusedAs(...asked: Parameters<typeof rowsOfSubset>): Promise<HfitError> {
    const error = await rowsOfSubset(...asked).catch((it) => it);
    expect(error).toBeInstanceOf(HfitError);
    return error;
  }

  it('starts from several tables, each with its filter, order and limit', async () => {
    expect(
      await idsOf(
        'start: [{ table: photo, filter: "id = 1" }, { table: post, filter: "likes = 6 ORDER BY id DESC LIMIT 1" }]',
      ),
    ).toEqual({ photo: [1], post: [34], author: [1, 2, 3, 4, 5], country: ['nl', 'pt'] });
  });

  it('brings children to a depth, and parents of children, but no children of parents', async () => {
    const one = 'table: author, filter: "id = 2"';
    expect(await idsOf(one)).toEqual({ author: [1, 2], country: ['nl', 'pt'] });
    // Posts that author 2 wrote, or edits (16 and 36), and author 3, whose mentor he is.
    const near = await idsOf(`${one}, children: { depth: 1 }`);
    expect(near).toMatchObject({ post: [1, 11, 16, 21, 31, 36], photo: [2] });
    // Author 7 wrote 16 and 36, and has a chain of mentors; nothing else of theirs comes.
    expect(near.author).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect((await idsOf(`${one}, children: { depth: 2 }`)).photo).toEqual([2, 3]);
    // All but 10 and 30, which author 1 wrote and nobody edits.
    expect((await idsOf(`${one}, children: true`)).post).toHaveLength(38);
  });

  it('takes the first children of each row, by a filter and an order, per reference or table', async () => {
    const rules = (text: string) =>
      `table: author, filter: "id <= 2", children: { depth: 1, others: false, relations: { ${text} } }`;
    expect((await idsOf(rules('post.author_id: { limit: 2 }'))).post).toEqual([1, 10, 11, 20]);
    const best = rules('post.author_id: { filter: "likes > 1 ORDER BY likes DESC", limit: 1 }');
    // Of 10, 20, 30, 40 (likes 3, 6, 2, 5) and of 1, 11, 21, 31 (1, 4, 0, 3).
    expect((await idsOf(best)).post).toEqual([11, 20]);
    const noPosts =
      'table: author, filter: "id = 1", children: { depth: 1, relations: { post: false } }';
    expect(Object.keys(await idsOf(noPosts)).sort()).toEqual(['author', 'country', 'photo']);
    const notEdited = noPosts.replace('post:', 'post.editor_id:');
    expect((await idsOf(notEdited)).post).toEqual([10, 20, 30, 40]);
  });

  it('sets references to null whose target does not come, where it may', async () => {
    const { author = [], country } = await rowsOfSubset(
      'start: [{ table: author, filter: "id IN (3, 4, 9)" }], optional: [author.mentor_id]',
    );
    const mentors = Object.fromEntries(author.map(([id, , mentor]) => [String(id), mentor]));
    expect(Object.keys(mentors).sort()).toEqual(['3', '4', '9']);
    expect(mentors['3']).toBeNull();
    expect(String(mentors['4'])).toBe('3');
    expect(mentors['9']).toBeNull();
    expect(country).toHaveLength(2);
    expect(await idsOf('table: post, filter: "id = 4", optional: all')).toMatchObject({
      author: [5],
    });
  });

  it('brings lookup tables whole', async () => {
    expect(await idsOf('table: photo, filter: "id = 1", lookups: [country]')).toMatchObject({
      country: ['nl', 'pt', 'se'],
    });
  });

  const declared = `references:
  - { dbms: blog, table: remark, type: about, id: about_id, targets: { Post: post, Photo: photo } }
  - { dbms: blog, table: event, column: body, path: "$.who.id", target: author }
  - { dbms: blog, table: event, column: body, path: "$.seen[*].post", target: post }
  - { dbms: blog, table: import_line, columns: post_no, target: post }
`;

  it('peers, extraction 6: follows references that no foreign key tells: plain, polymorphic, in JSON', async () => {
    expect(await idsOf('table: import_line, filter: "id > 0", optional: all', declared)).toEqual({
      import_line: [1, 2, 3],
    });
    expect(await idsOf('table: import_line, filter: "id > 0"', declared)).toMatchObject({
      import_line: [1, 2, 3],
      post: [7],
    });
    // Remarks 1 (a photo, 2), 3 (a post, 4) and 2 (a dog, which nobody declared).
    const remarks = await idsOf('table: remark, filter: "id <= 3"', declared);
    expect(remarks).toMatchObject({ remark: [1, 2, 3], photo: [2], post: [4] });
    const events = await idsOf('table: event, filter: "id > 0", optional: all', declared);
    expect(events).toMatchObject({ event: [1, 2, 3, 4, 5], post: [7, 8], author: [3, 8, 9] });
  });

  it('peers, extraction 6: brings children by a polymorphic reference', async () => {
    const asked = 'table: post, filter: "id = 4", children: { depth: 1 }';
    const { remark } = await idsOf(asked, declared);
    expect(remark).toEqual([3, 9, 15, 21, 27]);
  });

  it('samples a share, which keeps how many children rows have', async () => {
    const counts = async (more: string) => {
      const { author = [] } = await idsOf(`table: author, sample: "\${share}"${more}`, '');
      return author.length;
    };
    // Two of ten, and the mentors that they need.
    expect(await counts(', optional: all')).toBe(2);
    const asked = 'table: post, sample: 0.25, preserveDistribution: true, optional: all';
    const { post = [] } = await rowsOfSubset(asked);
    const byAuthor = new Set(post.map((row) => String(row[1])));
    // Of the four posts of each author, one.
    expect([post.length, byAuthor.size]).toEqual([10, 10]);
  });

  it('peers, extraction 6: reads a table that has no key', async () => {
    const template = parseTemplate(
      'hfitVersion: 1\ntemplateName: t\nexports:\n  a.sql: { type: table-data, data: { dbms: blog, table: loose } }\n',
    );
    const { loose = [] } = await rowsOfSubset('table: post', '', { template });
    expect(loose.map((row) => row.map((it) => it && Number(it))).sort()).toEqual([
      [1, 2],
      [1, 2],
      [2, null],
    ]);
  });

  it('peers, extraction 6: tells the rows of a table apart that has no key, where it can', async () => {
    if (!hasAddresses) {
      const error = await refusedAs('table: loose');
      expect(error).toMatchObject({ code: 'HFIT_SUBSET_KEY', where: expect.stringMatching(/^t/) });
      return expect(error.todo).toMatch(/"\S*loose: false"/);
    }
    await source.run('CREATE TABLE visit (n int NOT NULL, author_id int REFERENCES author (id))');
    await source.run('INSERT INTO visit VALUES (1, 2), (1, 2), (2, 3), (3, 3), (4, NULL)');
    try {
      const policy = parsePolicy(
        `${policyText}    visit: { n: keep, author_id: keep }\n`,
        'p.yaml',
      );
      const asked =
        'start: [{ table: author, filter: "id <= 3" }, { table: visit, filter: "n > 1" }]';
      const rules = 'children: { others: false, relations: { visit: { limit: 2 } } }';
      await lent(`${asked}, ${rules}`, '', { policy }, async (it) => {
        const { visit = [] } = await rowsOf(it.dataset());
        // Both of author 2, which are the same, and each other row once.
        expect(visit.map(([n]) => Number(n)).sort()).toEqual([1, 1, 2, 3, 4]);
        const chains = [...(await it.explainAll())].filter((of) =>
          /visit$/.test(of.at(-1)?.table ?? ''),
        );
        expect(chains).toHaveLength(5);
        const at = Object.values(chains[0]?.at(-1)?.key ?? {});
        expect(await it.explain('visit', at)).toEqual(chains[0]);
      });
      const sampled = await refusedAs('table: visit, sample: 0.5', '', { policy });
      expect(sampled).toMatchObject({ code: 'HFIT_SUBSET_KEY' });
    } finally {
      await source.run('DROP TABLE visit');
    }
  });

  it('peers, extraction 3: tells how many rows it has found, before it reads the first', async () => {
    const found: number[] = [];
    const onFound = (rows: number) => found.push(rows);
    await lent('table: photo, children: true', '', { onFound }, async (it) => {
      await it.collect();
      expect(it.counts).toEqual({});
      expect(found).toEqual([...found].sort((a, b) => a - b));
      const rows = Object.values(await rowsOf(it.dataset())).reduce(
        (sum, of) => sum + of.length,
        0,
      );
      expect(found.at(-1)).toBe(rows);
    });
  });

  it('peers, extraction 7: tells why a row came, by the chain from a start row', async () => {
    const drawn = await lent('table: photo, filter: "id = 3", children: true', '', {}, (it) =>
      it.explain('country', ['nl']).then(drawChain),
    );
    const plain = drawn.replace(/ {2,}/g, '  ').replaceAll(/\b(public|hfit_\w+)\./g, '');
    expect(
      plain
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual([
      'photo id=3  start of slice.sql',
      '└ author id=3  needed by photo (author_id)',
      '└ author id=2  needed by author (mentor_id)',
      '└ country code=nl  needed by author (country)',
    ]);
  });

  it('tells a masked key by its mask, and finds the row by it', async () => {
    const policy = parsePolicy(
      policyText.replace('code: keep', 'code: hash').replace('country: keep', 'country: hash'),
      'policy.yaml',
    );
    await lent('table: photo, filter: "id = 1"', '', { policy }, async (it) => {
      const chains = [...(await it.explainAll())];
      const masked = chains.find((chain) => chain.at(-1)?.table.endsWith('country'))?.at(-1);
      expect(masked?.key.code).not.toBe('pt');
      const again = await it.explain('country', [masked?.key.code as string]);
      expect(again.at(-1)).toEqual(masked);
      await expect(it.explain('country', ['pt'])).rejects.toMatchObject({
        code: 'HFIT_EXPLAIN_ROW',
      });
    });
  });

  it('estimates how many rows will come, before it looks for them', async () => {
    const asked = 'table: author, filter: "id = 1", children: { depth: 1 }, lookups: [country]';
    const estimate = await lent(asked, '', {}, (it) => it.estimate());
    const rows = Object.fromEntries(estimate.map((it) => [it.table.replace(/.*\./, ''), it.rows]));
    // On average four posts for each author, and as many for each editor.
    expect(rows).toMatchObject({ country: 3 });
    expect(rows.post).toBeGreaterThanOrEqual(4);
    expect(rows.post).toBeLessThanOrEqual(10);
    expect(estimate.find((it) => it.table.endsWith('post'))?.bytes).toBeGreaterThan(0);
  });

  it.each([
    ['no start row', 'table: post, filter: "id = 0"', 'HFIT_SUBSET_EMPTY'],
    [
      'an unknown reference',
      'table: post, children: { relations: { post.nothing: true } }',
      'HFIT_RELATION_UNKNOWN',
    ],
    [
      'an optional reference that is not',
      'table: post, optional: [post.author_id]',
      'HFIT_RELATION_REQUIRED',
    ],
    ['a share that is none', 'table: post, sample: 2', 'HFIT_TEMPLATE_INVALID'],
    [
      'a depth that is none',
      'table: post, children: { depth: "${share}" }',
      'HFIT_TEMPLATE_INVALID',
    ],
    [
      'children inside a document',
      'table: post, children: { relations: { event.body: true } }',
      'HFIT_RELATION_CHILDREN',
    ],
  ])('tells %s, and where', async (_, data, code) => {
    const error = await refusedAs(data, declared);
    expect(error.code).toBe(code);
    expect(error.where).toMatch(/^template:\d+:\d+/);
  });

  it('takes no start row as it is told to', async () => {
    expect(await idsOf('table: post, filter: "id = 0", allowEmpty: true')).toEqual({});
  });

  it.each([
    [
      'types that do not fit',
      '{ dbms: blog, table: import_line, columns: word, target: post }',
      'HFIT_REFERENCE_TYPE',
    ],
    [
      'a target of another width',
      '{ dbms: blog, table: post, columns: [id, likes], target: author }',
      'HFIT_REFERENCE_TARGET',
    ],
    [
      'a type that does not fit in a document',
      '{ dbms: blog, table: post, column: likes, path: $.x, target: author }',
      'HFIT_REFERENCE_TYPE',
    ],
    [
      'a table that is not there',
      '{ dbms: blog, table: nobody, columns: id, target: post }',
      'HFIT_TABLE_UNKNOWN',
    ],
  ])('tells a declared reference with %s', async (_, text, code) => {
    const error = await refusedAs('table: post', `references: [${text}]\n`);
    expect(error).toMatchObject({ code, where: expect.stringMatching(/^template:4:14/) });
  });

  it('refuses masks on what a polymorphic reference is found by', async () => {
    const policy = parsePolicy(policyText.replace('about: keep', 'about: hash'), 'policy.yaml');
    const error = await refusedAs('table: remark', declared, { policy });
    expect(error.code).toBe('HFIT_REFERENCE_MASKED');
  });

  it('peers, extraction 7: stops before it delivers where it is more than its budget, and says why', async () => {
    const all = 'table: author, filter: "id = 1", children: true';
    const { code, todo } = await refusedAs(all, 'budget: { maxRows: 30 }\n');
    expect(code).toBe('HFIT_BUDGET_ROWS');
    expect(todo).toMatch(/\d+ rows of [\w.]*post: children of [\w.]*author, by \(author_id\)/);
    const bytes = await refusedAs(all, '', { budget: { maxRows: null, maxBytes: 100 } });
    expect(bytes.code).toBe('HFIT_BUDGET_BYTES');
    await rowsOfSubset(all, 'budget: { maxRows: 3000, maxBytes: 1 MB }\n');
  });
});
