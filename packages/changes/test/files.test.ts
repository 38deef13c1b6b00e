import { readFileSync } from 'node:fs';
import type { Row, RowUpdate, Value } from '@hot-fixture/database';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ChangeSet,
  readNdjson,
  readYaml,
  type TableChanges,
  writeNdjson,
  writeYaml,
} from '../src/index.js';
import { integers, texts, values } from './file-values.js';

const toYaml = (changes: ChangeSet) => [...writeYaml(changes)].join('');
const toNdjson = (changes: ChangeSet) => [...writeNdjson(changes)].join('');

/** As literals make objects, for a strict comparison. */
const plain = { noNullPrototype: true } as const;

const table = (value: fc.Arbitrary<Value>): fc.Arbitrary<TableChanges> =>
  fc
    .tuple(fc.uniqueArray(texts, { minLength: 1, maxLength: 4 }), fc.boolean(), texts, texts)
    .chain(([columns, keyed, schema, name]) => {
      const row: fc.Arbitrary<Row> = fc.tuple(...columns.map(() => value));
      const update: fc.Arbitrary<RowUpdate> = fc
        .tuple(row, row)
        .map(([before, after]) => ({ before, after: [before[0] as Value, ...after.slice(1)] }));
      const rows = fc.array(row, { maxLength: 3 });
      return fc.record(
        {
          schema: fc.constant(schema),
          name: fc.constant(name),
          columns: fc.constant(columns),
          key: fc.constant(keyed ? columns.slice(0, 1) : null),
          inserted: rows,
          updated: keyed ? fc.array(update, { maxLength: 3 }) : fc.constant([]),
          deleted: rows,
        },
        plain,
      );
    });

const place = fc.option(fc.record({ last: integers.map(String), called: fc.boolean() }, plain));
const changeSets = (value: fc.Arbitrary<Value>): fc.Arbitrary<ChangeSet> =>
  fc.record(
    {
      dialect: fc.constant('somewhere'),
      tables: fc.array(table(value), { maxLength: 3 }),
      sequences: fc.array(
        fc.record({ schema: texts, name: texts, before: place, after: place }, plain),
        { maxLength: 2 },
      ),
    },
    plain,
  );

describe.each(Object.entries(values))('files of %s', (_, value) => {
  it('come back from YAML to the bit', () => {
    fc.assert(
      fc.property(changeSets(value), (changes) => {
        expect(readYaml(toYaml(changes), 'a.yaml')).toStrictEqual(changes);
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });

  it('come back from NDJSON to the bit, in whatever pieces it comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        changeSets(value),
        fc.integer({ min: 1, max: 50 }),
        async (changes, size) => {
          const file = Buffer.from(toNdjson(changes));
          const pieces = [];
          for (let at = 0; at < file.length; at += size) pieces.push(file.subarray(at, at + size));
          expect(await readNdjson(pieces, 'a.ndjson')).toStrictEqual(changes);
        },
      ),
      { numRuns: 150, endOnFailure: true },
    );
  });
});

const shop: ChangeSet = {
  dialect: 'postgresql',
  tables: [
    {
      schema: 'public',
      name: 'customer',
      columns: ['id', 'name', 'note', 'settings', 'photo'],
      key: ['id'],
      inserted: [
        ['12', 'Anna Müller', 'first\nsecond', '{"theme": "dark", "sizes": [1, 2, null]}', null],
      ],
      updated: [
        { before: ['3', 'Bo', '', '{}', null], after: ['3', 'Bo', 'null', '{"a":  1}', null] },
      ],
      deleted: [['4', '0012', '12.50', `it's "x"`, Buffer.from('text')]],
    },
  ],
  sequences: [
    {
      schema: 'public',
      name: 'customer_id_seq',
      before: { last: '11', called: true },
      after: { last: '12', called: true },
    },
  ],
};

const page = `changeSetVersion: 1
dialect: postgresql
tables:
  - table: customer
    schema: public
    key: [id]
    columns: [id, name, note, settings, photo]
    inserted:
      - id: 12
        name: Anna Müller
        note: |-
          first
          second
        settings:
          json:
            theme: dark
            sizes:
              - 1
              - 2
              - null
        photo: null
    updated:
      - row:
          id: 3
          name: Bo
          photo: null
        from:
          note: ""
          settings: "{}"
        to:
          note: "null"
          settings: '{"a":  1}'
    deleted:
      - id: 4
        name: "0012"
        note: 12.50
        settings: 'it''s "x"'
        photo: { bytes: "text" }
sequences:
  - sequence: customer_id_seq
    schema: public
    before: { last: 11, called: true }
    after: { last: 12, called: true }
`;

describe('a file of changes', () => {
  it('is YAML that people can read', () => {
    expect(toYaml(shop)).toBe(page);
  });

  it('is read from a text that is whole, and from a long line in many pieces', async () => {
    expect(await readNdjson(toNdjson(shop), 'a.ndjson')).toEqual(shop);
    const [table] = shop.tables;
    const long = ['12', 'x'.repeat(4_000_000), null, null, null];
    const changes = { ...shop, tables: [{ ...table!, inserted: [long] }] };
    const text = toNdjson(changes);
    let searched = 0;
    const pieces = Array.from({ length: Math.ceil(text.length / 1000) }, (_, i) => {
      return text.slice(i * 1000, (i + 1) * 1000);
    });
    const split = String.prototype.split;
    String.prototype.split = function (this: string, ...given: [string]) {
      searched += this.length;
      return split.apply(this, given as never);
    } as typeof split;
    try {
      expect(await readNdjson(pieces, 'a.ndjson')).toEqual(changes);
    } finally {
      String.prototype.split = split;
    }
    expect(searched).toBeLessThan(2 * text.length);
  });

  it('is as the page on the change log shows it', () => {
    const docs = readFileSync(new URL('../../../docs/change-log.md', import.meta.url), 'utf8');
    const shown = /```yaml\n(.*?)```/s.exec(docs)?.[1] ?? '';
    expect(toYaml(readYaml(shown, 'docs'))).toBe(shown.replace(/ # .*/g, ''));
  });

  it.each([
    ['changeSetVersion: 1', 'changeSetVersion: 2', 'a.yaml:1:19'],
    ['key: [id]', 'key: [no]', 'a.yaml:6:10'],
    ['key: [id]', 'key: null', 'a.yaml:23:7'],
    ['id: 12\n', 'id: [1]\n', 'a.yaml:9:13'],
    ['id: 12\n', 'id: true\n', 'a.yaml:9:13'],
    ['id: 12\n', 'id:\n', 'a.yaml:9'],
    ['id: 12\n        name', 'nobody: 12\n        name', 'a.yaml:9'],
    ['      - id: 12\n        name: Anna Müller', '      - id: 12', 'a.yaml:9:9'],
    ['note: "null"', 'id: 4', 'a.yaml:31:11'],
    ['bytes: "text"', 'bytes: "text", base64: ""', 'a.yaml'],
    ['bytes: "text"', 'base64: "?"', 'a.yaml'],
    ['last: 12,', 'last: x,', 'a.yaml:43:20'],
    ['sequences:', 'sequenzen:', 'a.yaml:39:1'],
  ])('tells where %j may not be %j', (right, wrong, where) => {
    let error: unknown;
    try {
      readYaml(page.replace(right, wrong), 'a.yaml');
    } catch (it) {
      error = it;
    }
    expect(error).toMatchObject({
      code: 'HFIT_CHANGES_FILE',
      where: expect.stringContaining(where),
    });
  });

  it.each([
    [
      (text: string) => text.replace('"changeSetVersion":1', '"changeSetVersion":9'),
      ':1',
      /version 1/,
    ],
    [(text: string) => text.replace(/\{"end".*\n/, ''), ':6', /cut off/],
    [(text: string) => text.slice(0, -20), ':7', /no JSON/],
    [(text: string) => text.replace(/\{"delete".*\n/, ''), ':6', /lines are missing/],
    [(text: string) => text.replace('["4",', '['), ':5', /5 values/],
    [(text: string) => text.replace('"base64":"', '"base64":"?'), ':5', /column photo/],
    [(text: string) => text.replace('{"insert"', '{"upsert"'), ':3', /neither a row/],
    [(text: string) => `${text}{}\n`, ':8', /after the line "end"/],
    [(text: string) => text.replace(/\{"table".*\n/, ''), ':2', /after its table/],
    [(text: string) => text.replace('"last":"12"', '"last":"x"'), ':6', /where it stands/],
  ])('of NDJSON tells what is wrong, and where: %#', async (mar, where, reason) => {
    const error = await readNdjson([mar(toNdjson(shop))], 'a.ndjson').catch((it) => it);
    expect(error).toMatchObject({ code: 'HFIT_CHANGES_FILE', where: `a.ndjson${where}` });
    expect(String(error)).toMatch(reason);
  });
});
