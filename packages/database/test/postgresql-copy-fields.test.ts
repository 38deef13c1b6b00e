import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FieldBytes, FieldChange } from '../src/index.js';
import type { Value } from '../src/model.js';
import { copyField } from '../src/postgresql/copy-field.js';
import { fields } from '../src/postgresql/copy-fields.js';
import { fieldOf } from '../src/postgresql/sent-rows.js';

/** Texts that COPY writes in other signs, or in several bytes, and such as look like those. */
const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('\\', '\t', '\n', '\r', 'N', 'n', 'é', 'ÿ', '日', '😀', 'a') }),
);
const width = 4;
const rows = fc.array(fc.array(fc.option(texts), { minLength: width, maxLength: width }), {
  minLength: 1,
  maxLength: 30,
});
const withoutNul = (row: readonly (string | null)[]) =>
  row.map((it) => it?.replaceAll('\0', '') ?? null);
const encoded = (all: readonly (readonly Value[])[]) =>
  Buffer.from(all.map((row) => `${row.map(copyField).join('\t')}\n`).join(''));
const decoded = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t').map(fieldOf));

test('fields get new values from their own and from those of their row, and all else stays', async () => {
  const turned = (value: NonNullable<Value>) => [...String(value)].reverse().join('');
  const change: FieldChange = {
    reads: [3],
    fields: [null, turned, (value, row) => `${value}${row[3]}\t\\é${row[0]}`, null],
  };
  await fc.assert(
    fc.asyncProperty(rows, fc.array(fc.nat(40)), async (given, cuts) => {
      const all = given.map(withoutNul);
      const bytes = encoded(all);
      async function* chunks() {
        let at = 0;
        for (const cut of cuts) {
          yield bytes.subarray(at, at + cut);
          at += cut;
        }
        yield bytes.subarray(at);
      }
      const changed: Uint8Array[] = [];
      for await (const chunk of fields.whole(chunks())) changed.push(fields.change(chunk, change));
      const expected = all.map(([a, b, c, d]) => {
        const third = c === null ? null : `${c}${d}\t\\é${null}`;
        return [a, b === null ? null : turned(b as string), third, d];
      });
      expect(decoded(Buffer.concat(changed))).toEqual(expected);
    }),
  );
});

test('a field whose bytes are its value is changed by them, and any other by its value', () => {
  const turned = (value: Value, beside: Value) =>
    `${[...String(value)].reverse().join('')}${beside}`;
  let direct = 0;
  const bytes: FieldBytes = {
    room: 200,
    write(source, from, to, out, at, besideFrom, besideTo) {
      const text = Buffer.from(source.subarray(from, to)).toString('latin1');
      expect(text).not.toMatch(/[\\\t\n\r\u0080-\uffff]/);
      // The value is asked for in spite of what was written.
      out.fill(0x7a, at, at + 9);
      if (text.startsWith('N')) return -1;
      direct += 1;
      const beside = Buffer.from(source.subarray(besideFrom, besideTo)).toString('latin1');
      const written = Buffer.from(turned(text, besideFrom < 0 ? null : beside));
      out.set(written, at);
      return at + written.length;
    },
  };
  const mask = Object.assign(
    (value: Value, row: readonly Value[]) => turned(value, row[3] as Value),
    { reads: 3, bytes },
  );
  fc.assert(
    fc.property(rows, (given) => {
      const all = given.map(withoutNul);
      const change: FieldChange = { reads: [3], fields: [null, mask, null, null] };
      const expected = all.map(([a, b, c, d]) => [a, b === null ? null : turned(b!, d!), c, d]);
      expect(decoded(fields.change(encoded(all), change))).toEqual(expected);
    }),
  );
  expect(direct).toBeGreaterThan(0);
});

test('a value becomes null, and a row without values to change stays to the byte', () => {
  const bytes = encoded([
    ['1', 'a\\b', null],
    ['2', null, 'é'],
  ]);
  const change: FieldChange = { reads: [], fields: [null, () => null, null] };
  expect(decoded(fields.change(bytes, change))).toEqual([
    ['1', null, null],
    ['2', null, 'é'],
  ]);
  expect(fields.change(encoded([['2', null, 'é']]), change)).toEqual(encoded([['2', null, 'é']]));
});
