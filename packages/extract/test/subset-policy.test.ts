import { openDatabase } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { parsePolicy } from '@hot-fixture/masking';
import Sqlite from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { type Extraction, openExtraction, parseTemplate } from '../src/index.js';
import { key, rowsOf } from './shop.js';

const policyText = `policyVersion: 1
databases:
  blog:
    author: { id: keep }
    post: { id: keep }
    event: { id: keep, body: keep }
`;

const declared = `references:
  - { dbms: blog, table: event, column: body, path: "$.who.id", target: author }
  - { dbms: blog, table: event, column: body, path: "$.seen[*].post", target: post }
`;

describe('a subset under a policy', async () => {
  const handle = new Sqlite(':memory:');
  handle.exec(`
    CREATE TABLE author (id INTEGER NOT NULL PRIMARY KEY);
    CREATE TABLE post (id INTEGER NOT NULL PRIMARY KEY);
    CREATE TABLE event (id INTEGER NOT NULL PRIMARY KEY, body TEXT);
    CREATE TABLE login (mail TEXT NOT NULL PRIMARY KEY, id INTEGER);
    INSERT INTO login VALUES ('ann@planted.example', 1);
    INSERT INTO author VALUES (3);
    INSERT INTO post VALUES (7), (8);
    INSERT INTO event VALUES (1, '{"who": {"id": 3}, "seen": [{"post": 7}, {"post": "8"}, {"post": 900}]}');
  `);
  const database = await openDatabase(handle);
  afterAll(() => handle.close());

  async function lent<T>(
    data: string,
    rest: string,
    policy: string,
    work: (it: Extraction) => Promise<T>,
  ): Promise<T> {
    const text = `hfitVersion: 1\ntemplateName: t\n${rest}exports:\n  slice.sql:\n    type: subset\n    data: { dbms: blog, ${data} }\n`;
    const extraction = await openExtraction({
      template: parseTemplate(text),
      parameters: [],
      sources: { databases: { blog: database }, volumes: {} },
      policy: parsePolicy(policy, 'policy.yaml'),
      maskingKey: key,
    });
    try {
      return await work(extraction);
    } finally {
      await extraction.close();
    }
  }

  const idsOf = (data: string, rest: string, policy: string) =>
    lent(data, rest, policy, async (it) => {
      const rows = Object.entries(await rowsOf(it.dataset()));
      const ids = rows.map(([name, list]) => [name, list.map(([id]) => Number(id))] as const);
      return Object.fromEntries(ids.filter(([, list]) => list.length > 0));
    });

  it('explains a row without a key whose mask is made with another column', async () => {
    const policy = `${policyText}    login: { mail: { mask: email, per: id }, id: keep }\n`;
    const chains = await lent('table: login', '', policy, async (it) => [
      ...(await it.explainAll()),
    ]);
    expect(chains.flat().map(({ table, key }) => ({ table, key }))).toEqual([
      { table: 'login', key: { mail: '?' } },
    ]);
  });

  async function refusedAs(...asked: Parameters<typeof idsOf>): Promise<HfitError> {
    const error = await idsOf(...asked).catch((it) => it);
    expect(error).toBeInstanceOf(HfitError);
    return error;
  }

  describe('a reference in documents that the policy masks by path', () => {
    const asked = 'table: event, filter: "id = 1"';
    const masked = (paths: string) =>
      policyText.replace('body: keep', `body: { mask: json, ${paths} }`);

    it('follows it where its path is kept', async () => {
      const rows = await idsOf(asked, declared, masked('paths: { $.who: keep, "$..post": keep }'));
      expect(rows).toMatchObject({ event: [1], post: [7, 8] });
    });

    it.each([
      'paths: { $.who.id: deny, "$.seen[*]": keep, "$..post": deny }',
      'paths: { $.other: keep }',
      'paths: { $.who: deny, "$.seen": deny }, others: keep',
    ])('does not follow it where its path stays behind: %s', async (paths) => {
      expect(await idsOf(asked, declared, masked(paths))).toEqual({ event: [1] });
    });

    it.each([
      ['paths: { $.who.id: integer }', '$.who.id'],
      ['paths: { $.who.id: keep, "$.seen[1].post": keep }', '$.seen[*].post'],
      ['paths: { "$.seen[*].*": keep, "$.seen[0]": deny }', '$.seen[*].post'],
      ['paths: { "$.seen[0].post": hash }, others: keep', '$.seen[*].post'],
    ])('refuses it where it would break: %s', async (paths, path) => {
      const error = await refusedAs(asked, declared, masked(paths));
      expect(error).toMatchObject({ code: 'HFIT_REFERENCE_MASKED' });
      expect(error.what).toContain(`event.body at ${path} is masked`);
    });
  });

  it.each([
    ['HFIT_POLICY_FILTER', ', filter: "id = 1"'],
    ['HFIT_POLICY_REQUIRED', ''],
  ])(
    'tells a name of the policy that is misspelt, where it refuses with %s',
    async (code, filter) => {
      for (const [name, other, words] of [
        ['    post:', '    posd:', /policy\.yaml:5:5: the policy names a table "posd", and blog/],
        ['  blog:', '  blogg:', /; the policy says nothing of a database "blog"/],
      ] as const) {
        const error = await refusedAs(`table: post${filter}`, '', policyText.replace(name, other));
        expect(error.code).toBe(code);
        expect(error.what).toMatch(words);
      }
    },
  );
});
