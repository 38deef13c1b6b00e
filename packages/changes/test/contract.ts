import { type Database, openDatabase } from '@hot-fixture/database';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fresh } from '../../database/test/subject.js';
import {
  apply,
  compose,
  diff,
  invert,
  isEmpty,
  readNdjson,
  readYaml,
  snapshotOf,
  track,
  writeNdjson,
  writeSql,
  writeYaml,
} from '../src/index.js';
import { stateOf } from './contents.js';
import { put, type Wanted, wanted } from './states.js';
import type { Subject } from './subject.js';

/** The laws of change sets, which hold for every dialect. */
export function changesContract(subject: Subject): void {
  describe.skipIf(Boolean(subject.missing))(`changes contract: ${subject.name}`, () => {
    let here: Fresh;
    let there: Fresh;
    let a: Database;
    let b: Database;

    beforeAll(async () => {
      [here, there] = [await subject.fresh(), await subject.fresh()];
      for (const fresh of [here, there]) await fresh.run(subject.rich);
      [a, b] = [await openDatabase(here.target), await openDatabase(there.target)];
    });
    afterAll(async () => {
      for (const it of [a, b]) await it?.close();
      for (const it of [here, there]) await it?.drop();
    });

    const states = wanted(subject);
    const empty: Wanted = { rows: {}, sequences: 20 };

    it('makes b of a by their difference, also from a file, and a again by its inverse', async () => {
      await fc.assert(
        fc.asyncProperty(states, states, async (first, second) => {
          await put(here, subject, first);
          await put(there, subject, second);
          const [before, after] = [await stateOf(a), await stateOf(b)];
          const changes = await diff(a, b);
          const [yaml, ndjson] = [[...writeYaml(changes)].join(''), writeNdjson(changes)];
          expect(await readNdjson(ndjson, 'a.ndjson')).toEqual(changes);
          expect(readYaml(yaml, 'a.yaml')).toEqual(changes);
          await apply(a, readYaml(yaml, 'a.yaml'));
          expect(await stateOf(a)).toEqual(after);
          expect(isEmpty(await diff(a, b))).toBe(true);
          await apply(a, invert(changes));
          expect(await stateOf(a)).toEqual(before);
        }),
        { numRuns: Math.ceil(12 * subject.share) },
      );
    });

    it('composes two into the one that does both', async () => {
      await fc.assert(
        fc.asyncProperty(states, states, states, async (first, second, third) => {
          await put(here, subject, first);
          await put(there, subject, second);
          const one = await diff(a, b);
          await apply(a, one);
          await put(there, subject, third);
          const two = await diff(a, b);
          await apply(a, invert(one));
          const both = compose(one, two);
          await apply(a, both);
          expect(isEmpty(await diff(a, b))).toBe(true);
          expect(isEmpty(compose(both, invert(both)))).toBe(true);
        }),
        { numRuns: Math.ceil(6 * subject.share) },
      );
    });

    it('writes a script that the client program runs', async ({ skip }) => {
      const { feed } = here;
      if (!feed) return skip('no client program');
      await fc.assert(
        fc.asyncProperty(states, states, async (first, second) => {
          await put(here, subject, first);
          await put(there, subject, second);
          const changes = await diff(a, b);
          const script = [...writeSql(changes, await a.introspect())].join('');
          await feed(script);
          expect(await stateOf(a)).toEqual(await stateOf(b));
          // Once more, its rows are there already: all of it is refused.
          if (changes.tables.some(({ key, inserted }) => key && inserted.length > 0)) {
            await expect(feed(script)).rejects.toThrow();
            expect(await stateOf(a)).toEqual(await stateOf(b));
          }
        }),
        { numRuns: Math.ceil(6 * subject.share) },
      );
    });

    it('compares by no key of a generated column', async () => {
      const [one, other] = [await subject.fresh(), await subject.fresh()];
      const [first, second] = [await openDatabase(one.target), await openDatabase(other.target)];
      // MariaDB lets a generated column always be null.
      const notNull = first.dialect.name === 'mysql' ? '' : 'NOT NULL';
      try {
        for (const it of [one, other])
          await it.run([
            `CREATE TABLE twice (a INTEGER, g INTEGER GENERATED ALWAYS AS (a * 2) STORED ${notNull} UNIQUE)`,
            'INSERT INTO twice (a) VALUES (1), (2)',
          ]);
        await other.run(['UPDATE twice SET a = 5 WHERE a = 2']);
        const changes = await diff(first, second);
        expect(changes.tables).toMatchObject([{ key: null, columns: ['a'] }]);
        await apply(first, changes);
        expect(isEmpty(await diff(first, second))).toBe(true);
        const log = await track(second);
        await other.run(['UPDATE twice SET a = 7 WHERE a = 5']);
        expect((await log.changes()).tables).toMatchObject([
          { key: null, inserted: { length: 1 }, deleted: { length: 1 } },
        ]);
        await log.rewind();
        await log.close();
        expect(isEmpty(await diff(first, second))).toBe(true);
      } finally {
        for (const it of [first, second]) await it.close();
        for (const it of [one, other]) await it.drop();
      }
    });

    it('takes a snapshot that makes the state of an empty database', async () => {
      await fc.assert(
        fc.asyncProperty(states, async (state) => {
          await put(there, subject, state);
          await put(here, subject, empty);
          await apply(a, await snapshotOf(b), { sequences: 'set' });
          expect(await stateOf(a)).toEqual(await stateOf(b));
        }),
        { numRuns: Math.ceil(5 * subject.share) },
      );
    });

    describe('is strict', () => {
      const [zero, one]: Wanted[] = [
        empty,
        {
          sequences: 20,
          rows: {
            item: [`(1, 'a', 'one', 'x')`],
            bag: [`(1, 'x')`, `(1, 'x')`],
            node: ['(1, NULL, 1)'],
          },
        },
      ] as const;
      const failing = async (changed: Wanted, pattern: RegExp) => {
        await put(here, subject, zero as Wanted);
        await put(there, subject, one as Wanted);
        const changes = await diff(a, b);
        await put(here, subject, changed);
        const before = await stateOf(a);
        for (const set of [changes, invert(await diff(a, b))]) {
          const error = await apply(a, set).catch((it) => it);
          if (set === changes) expect(String(error)).toMatch(pattern);
          expect(error).toMatchObject({ code: 'HFIT_CHANGES_CONFLICT', kind: 'conflict' });
          expect(await stateOf(a)).toEqual(before);
        }
      };

      it('about a row that is there already', () =>
        failing(
          { sequences: 20, rows: { item: [`(1, 'a', NULL, NULL)`] } },
          /item, row a 1, b a: a row of this key is there already/,
        ));
      it('about a unique value that is taken', () =>
        failing({ sequences: 20, rows: { node: ['(2, NULL, 1)'] } }, /node, row id 1: /));
      it('about where a sequence stands', async () => {
        await put(here, subject, zero as Wanted);
        await put(there, subject, { rows: {}, sequences: 30 });
        const changes = await diff(a, b);
        expect(changes.sequences.length).toBeGreaterThan(0);
        await put(here, subject, { rows: {}, sequences: 40 });
        await expect(apply(a, changes)).rejects.toThrow(/it stands at 4\d.*, not at 2\d/);
        await apply(a, changes, { sequences: 'set' });
        expect(await stateOf(a)).toEqual(await stateOf(b));
      });

      it.each([
        [
          'a row that is gone',
          { item: [], bag: [`(1, 'x')`, `(1, 'x')`] },
          /item, row a 1, b a: it is not there/,
        ],
        [
          'a row that changed',
          { item: [`(1, 'a', 'one', 'y')`], bag: [`(1, 'x')`, `(1, 'x')`] },
          /item, row a 1, b a: its column note holds another value/,
        ],
        [
          'a row of no key that is there once',
          { item: [`(1, 'a', 'one', 'x')`], bag: [`(1, 'x')`] },
          /bag, row x 1, y x: it is there less often/,
        ],
      ])('about %s', async (_, rows, pattern) => {
        await put(here, subject, one as Wanted);
        await put(there, subject, zero as Wanted);
        const changes = await diff(a, b);
        await put(here, subject, { sequences: 20, rows: { node: ['(1, NULL, 1)'], ...rows } });
        const before = await stateOf(a);
        await expect(apply(a, changes)).rejects.toThrow(pattern);
        expect(await stateOf(a)).toEqual(before);
      });

      it('about a foreign key that would point to nothing, unless that is allowed', async () => {
        const child: Wanted = { sequences: 20, rows: { node: ['(1, NULL, 1)', '(2, 1, 2)'] } };
        await put(here, subject, { sequences: 20, rows: { node: ['(1, NULL, 1)'] } });
        await put(there, subject, child);
        const grown = await diff(a, b);
        await put(here, subject, empty);
        await expect(apply(a, grown)).rejects.toThrow(/node, 1 row: the foreign key/);
        expect(isEmpty(await diff(a, b))).toBe(false);
        await put(here, subject, child);
        await put(there, subject, { sequences: 20, rows: { node: ['(2, NULL, 2)'] } });
        const pruned = await diff(a, b);
        const [node] = pruned.tables;
        const onlyDeleted = { ...pruned, tables: [{ ...node!, updated: [] }] };
        await expect(apply(a, onlyDeleted)).rejects.toThrow(/would point to nothing/);
        await apply(a, onlyDeleted, { allowOrphans: true });
        expect(
          (await stateOf(a)).rows[`${node!.schema ? `${node!.schema}.` : ''}node`],
        ).toHaveLength(1);
      });
    });

    it('refuses another schema, another dialect, and sets that do not chain', async () => {
      await put(here, subject, empty);
      await put(there, subject, {
        sequences: 20,
        rows: { bag: [`(1, 'x')`], item: [`(1, 'a', NULL, NULL)`] },
      });
      const changes = await diff(a, b);
      const table = changes.tables.find(({ name }) => name === 'item')!;
      const other = (change: object) => ({ ...changes, tables: [{ ...table, ...change }] });
      for (const [set, message] of [
        [other({ name: 'nobody' }), 'there is no table'],
        [other({ columns: ['a', 'b', 'code', 'nowhere'] }), 'has no column nowhere'],
        [
          other({ columns: ['a', 'b', 'code'], inserted: [table.inserted[0]!.slice(0, 3)] }),
          'column note of table',
        ],
      ] as const) {
        await expect(apply(a, set)).rejects.toThrow(new RegExp(`HFIT_CHANGES_SCHEMA.*${message}`));
      }
      await expect(apply(a, { ...changes, dialect: 'elsewhere' })).rejects.toThrow(
        'HFIT_LOAD_DIALECT',
      );
      expect(() => compose(changes, changes)).toThrow(/HFIT_CHANGES_CHAIN.*item, row a 1, b a/);
      expect(isEmpty(await diff(a, a))).toBe(true);
      await there.run(['ALTER TABLE bag ADD z INTEGER']);
      await expect(diff(a, b)).rejects.toThrow(/HFIT_CHANGES_SCHEMA.*bag has other columns/);
      await there.run(['ALTER TABLE bag DROP COLUMN z']);
    });
  });
}
