import { identity } from '@hot-fixture/changes';
import { qualified, type Row, type SequenceChange, type Value } from '@hot-fixture/database';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integers, texts, values } from '../../changes/test/file-values.js';
import { digestOf } from '../src/files/digest.js';
import type { FileTable, FixpointFile } from '../src/files/model.js';
import { readFast, readFixpoint, readSlowly } from '../src/files/read.js';
import { writeFixpoint } from '../src/files/write.js';

const written = (file: FixpointFile) => [...writeFixpoint(file)].join('');
const runs = Number(process.env.HFIT_RUNS ?? 40);

/** As literals make objects, for a strict comparison. */
const plain = { noNullPrototype: true } as const;

const arrays = fc.constantFrom(
  '{}',
  '{1,NULL,"a b"}',
  '{{1,2},{3,NULL}}',
  '[0:1]={7,8}',
  '{"}"}',
  '{"",x}',
  '{a',
  '{x"y}',
);
const types = fc.constantFrom('integer', 'text', 'text[]', '', 'character varying(40)');

const table = (value: fc.Arbitrary<Value>, whole: boolean): fc.Arbitrary<FileTable> =>
  fc
    .tuple(
      fc.uniqueArray(fc.tuple(texts, types), {
        minLength: 2,
        maxLength: 4,
        selector: ([it]) => it,
      }),
      fc.boolean(),
      texts,
      texts,
    )
    .chain(([columns, keyed, schema, name]) => {
      const row: fc.Arbitrary<Row> = fc.tuple(
        ...columns.map(([, type]) => (type === 'text[]' ? fc.oneof(arrays, value) : value)),
      );
      const rows = fc.array(row, { maxLength: 4 });
      const changed = row.map((it) => ({
        key: it.slice(0, 1),
        values: [{ place: 1, from: it[1] as Value, to: null }],
      }));
      const read = fc.record(
        {
          schema: fc.constant(schema),
          name: fc.constant(name),
          columns: fc.constant(columns.map(([column, type]) => ({ name: column, type }))),
          key: fc.constant(keyed ? [columns[0]?.[0] as string] : null),
          added: rows,
          changed: keyed && !whole ? fc.array(changed, { maxLength: 3 }) : fc.constant([]),
          removed: whole ? fc.constant([]) : rows,
        },
        plain,
      );
      return read.map(once);
    });

/** A key stands in a file once. */
function once(it: FileTable): FileTable {
  if (!it.key) return it;
  const seen = new Set<string>();
  const isNew = (key: Row) => seen.size < seen.add(identity(key)).size;
  return {
    ...it,
    added: it.added.filter((row) => isNew(row.slice(0, 1))),
    changed: it.changed.filter(({ key }) => isNew(key)),
    removed: it.removed.filter((row) => isNew(row.slice(0, 1))),
  };
}

const place = fc.option(fc.record({ last: integers.map(String), called: fc.boolean() }, plain));

const files = (value: fc.Arbitrary<Value>): fc.Arbitrary<FixpointFile> =>
  fc
    .option(
      fc.record({ name: fc.constantFrom('a', 'b c', 'ü.1'), digest: fc.constant('0a1b') }, plain),
    )
    .chain((parent) =>
      fc.record(
        {
          dialect: fc.constant('somewhere'),
          parent: fc.constant(parent),
          excluded: fc.array(texts, { minLength: 1, maxLength: 2 }),
          tables: fc.uniqueArray(table(value, parent === null), {
            maxLength: 3,
            selector: qualified,
          }),
          sequences: fc.array(
            fc
              .record({ schema: texts, name: texts, before: place, after: place }, plain)
              .map((it): SequenceChange => (parent ? it : { ...it, before: null })),
            { maxLength: 2 },
          ),
          tags: fc.constant([]),
        },
        plain,
      ),
    );

describe.each(Object.entries(values))('a file of %s', (_, value) => {
  it('comes back to the bit, also from the reader that is fast', () => {
    let fast = 0;
    fc.assert(
      fc.property(files(value), (file) => {
        const text = written(file);
        const wanted = { ...file, beside: null };
        expect(readSlowly(text, 'a.yaml')).toStrictEqual(wanted);
        expect(readFixpoint(text, 'a.yaml')).toStrictEqual(wanted);
        fast += readFast(text) ? 1 : 0;
        expect(digestOf(readFixpoint(text, 'a.yaml'))).toBe(digestOf(file));
      }),
      { numRuns: runs, endOnFailure: true },
    );
    expect(fast).toBeGreaterThan(runs / 5);
  });
});
