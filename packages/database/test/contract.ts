import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Database,
  type Dataset,
  openDatabase,
  parseFilter,
  type Row,
  resolveTable,
  type Schema,
  script,
  type Variables,
} from '../src/index.js';

import { asRow, contents, datasetOf, wholeOf } from './datasets.js';
import { type Fresh, filled, music, rows, type Subject } from './subject.js';

/** The one suite that every dialect passes. */
export function databaseContract(subject: Subject): void {
  describe.skipIf(Boolean(subject.missing))(`database contract: ${subject.name}`, () => {
    let source: Fresh;
    let database: Database;
    let schema: Schema;
    const table = (name: string) => resolveTable(schema, name);

    beforeAll(async () => {
      source = await subject.fresh();
      await source.run(filled);
      database = await openDatabase(source.target);
      schema = await database.introspect();
    });
    afterAll(async () => {
      await database?.close();
      await source?.drop();
    });

    /** Lends an empty database of the same dialect. */
    async function withTarget<T>(work: (target: Database, fresh: Fresh) => Promise<T>): Promise<T> {
      const fresh = await subject.fresh();
      const target = await openDatabase(fresh.target);
      try {
        return await work(target, fresh);
      } finally {
        await target.close();
        await fresh.drop();
      }
    }

    it('knows tables, columns and keys', () => {
      expect(schema.tables.map(({ name }) => name).sort()).toEqual(['album', 'artist', 'track']);
      const album = table('album');
      expect(album.primaryKey?.columns).toEqual(['artist_id', 'number']);
      expect(album.columns.map(({ name, kind, nullable }) => [name, kind, nullable])).toEqual([
        ['artist_id', 'integer', false],
        ['number', 'integer', false],
        ['title', 'text', true],
        ['price', 'decimal', true],
        ['made', 'date', true],
        ['artist_code', 'text', true],
      ]);
      expect(table('artist').uniques.map(({ columns }) => columns)).toEqual([['code']]);
      const keys = table('track').foreignKeys.map((key) => [
        key.columns.join(),
        key.target.name,
        key.targetColumns.join(),
      ]);
      expect(keys.sort()).toEqual([
        ['artist_id,number', 'album', 'artist_id,number'],
        ['follows', 'track', 'id'],
      ]);
    });

    it('finds a table by name, by schema, by database, and in another case', () => {
      expect(table('ARTIST')).toBe(table('artist'));
      expect(table(`${schema.database}.artist`)).toBe(table('artist'));
      expect(() => table('nobody')).toThrow(/HFIT_TABLE_UNKNOWN/);
    });

    it('streams every row once, in the order of the key, whatever the size of the batches', async () => {
      const snapshot = await database.snapshot();
      const artist = table('artist');
      const ids: number[] = [];
      for await (const batch of snapshot.rows({ table: artist, columns: artist.columns })) {
        ids.push(...batch.map(([id]) => Number(id)));
      }
      await snapshot.close();
      expect(ids).toEqual(rows.artist.map((_, i) => i + 1));
    });

    it('reads wide rows a few at a time', async () => {
      await withTarget(async (target, fresh) => {
        await fresh.run([
          music[0] as string,
          'CREATE TABLE wide (id INTEGER NOT NULL PRIMARY KEY, page TEXT)',
          ...Array.from({ length: 300 }, (_, i) => {
            return `INSERT INTO wide VALUES (${i}, '${String(i % 10).repeat(60_000)}')`;
          }),
        ]);
        const wide = resolveTable(await target.introspect(), 'wide');
        const snapshot = await target.snapshot();
        const sizes: number[] = [];
        for await (const batch of snapshot.rows({ table: wide, columns: wide.columns })) {
          sizes.push(batch.length);
        }
        await snapshot.close();
        expect(sizes.reduce((a, b) => a + b)).toBe(300);
        expect(Math.max(...sizes)).toBeLessThan(100);
      });
    });

    it('copies tables of odd names', async () => {
      await withTarget(async (from, fresh) => {
        const { quote } = from.dialect;
        const names = ['a$$b', 'p$&q', 'it\'s "x"', 'Größe', 'select', 'two words'];
        await fresh.run(
          names.flatMap((name) => [
            `CREATE TABLE ${quote(name)} (${quote(`${name}$1`)} INTEGER NOT NULL PRIMARY KEY)`,
            `INSERT INTO ${quote(name)} VALUES (7)`,
          ]),
        );
        await withTarget(async (to) => {
          const snapshot = await from.snapshot();
          await to.load(wholeOf(await snapshot.introspect(), snapshot));
          await snapshot.close();
          expect(await contents(to)).toEqual(await contents(from));
          expect(Object.keys(await contents(to))).toHaveLength(names.length);
        });
      });
    });

    it('gives the connection back when a reader stops early', async () => {
      const snapshot = await database.snapshot();
      const artist = table('artist');
      for await (const _ of snapshot.rows({ table: artist, columns: artist.columns })) break;
      expect(await snapshot.count(artist)).toBe(2500);
      await snapshot.close();
      expect((await database.introspect()).tables).toHaveLength(3);
    });

    const select = async (name: string, filter: string, variables: Variables = {}) => {
      const snapshot = await database.snapshot();
      try {
        const found = await snapshot.list({
          table: table(name),
          columns: table(name).columns.slice(0, 1),
          filter: parseFilter(filter),
          variables,
        });
        return found.map(([id]) => Number(id));
      } finally {
        await snapshot.close();
      }
    };

    it.each([
      ['WHERE id = 3', [3]],
      ['id = ${three}', [3]],
      ["id = '${three}'", [3]],
      ["name = 'Artist 7'", [7]],
      ["name = 'Artist ${three}' OR code = 'A9' ORDER BY id DESC", [9, 3]],
      ['id IN (1, 2, ${three}) AND NOT id = 2', [1, 3]],
      ['id BETWEEN 2 AND 4', [2, 3, 4]],
      ['id NOT BETWEEN 2 AND 2500', [1]],
      ["name LIKE 'Artist 249_' ORDER BY id LIMIT 2", [2490, 2491]],
      ['id > 2499 AND name IS NOT NULL', [2500]],
      ['WHERE (id <= 1) OR (id >= 2500)', [1, 2500]],
      ['ORDER BY id LIMIT ${three}', [1, 2, 3]],
      ['"id" <> 1 AND artist.id != 2 ORDER BY id LIMIT 1', [3]],
    ])('filters by %s', async (filter, ids) => {
      expect(await select('artist', filter, { three: '3' })).toEqual(ids);
    });

    it('compares dates and decimals with columns of their type', async () => {
      expect(await select('album', "made >= '2000-01-01'")).toEqual([2]);
      expect(await select('album', 'price > 12.49')).toEqual([1]);
    });

    it.each([
      ['1=1; drop table artist', 'HFIT_FILTER_SYNTAX'],
      ['id = 1; drop table artist', 'HFIT_FILTER_SYNTAX'],
      ['id = 1 -- comment', 'HFIT_FILTER_SYNTAX'],
      ['id = (SELECT 1)', 'HFIT_FILTER_SYNTAX'],
      ['id = pg_sleep(10)', 'HFIT_FILTER_SYNTAX'],
      ['id = 1 UNION SELECT 2', 'HFIT_FILTER_SYNTAX'],
      ["name = 'open", 'HFIT_FILTER_SYNTAX'],
      ['id = NULL', 'HFIT_FILTER_SYNTAX'],
      ['id =', 'HFIT_FILTER_SYNTAX'],
      ['secret = 1', 'HFIT_COLUMN_UNKNOWN'],
      ["id = 'one'", 'HFIT_FILTER_TYPE'],
      ['id = ${bad}', 'HFIT_FILTER_TYPE'],
      ['LIMIT ${bad}', 'HFIT_FILTER_TYPE'],
      ["id LIKE '1%'", 'HFIT_FILTER_TYPE'],
      ['id = ${unknown}', 'HFIT_FILTER_VARIABLE'],
    ])('refuses the filter %s', async (filter, code) => {
      await expect(select('artist', filter, { bad: '1 OR 1=1' })).rejects.toThrow(code);
      expect((await database.introspect()).tables).toHaveLength(3);
    });

    it('binds any text, and finds the row that holds it', async () => {
      await withTarget(async (target, fresh) => {
        await fresh.run(music);
        const made = resolveTable(await target.introspect(), 'artist');
        const text = fc
          .string({ unit: 'binary', maxLength: 40 })
          .filter((it) => !it.includes('\0') && it.isWellFormed());
        // Many at a time: each load looks at the whole schema first.
        const texts = fc.array(text, { minLength: 15, maxLength: 25 });
        let id = 0;
        await fc.assert(
          fc.asyncProperty(texts, async (names) => {
            const named = names.map((name): [number, string] => [++id, name]);
            const rows = named.map(([id, name]) => [...asRow(target, id), name, `C${id}`]);
            await target.load(datasetOf(schema.dialect, made, rows));
            const snapshot = await target.snapshot();
            for (const [id, name] of named) {
              const found = await snapshot.list({
                table: made,
                columns: made.columns,
                filter: parseFilter('name = ${it} AND id = ${id}'),
                variables: { it: name, id: String(id) },
              });
              expect(found.map((row) => row[1])).toEqual([name]);
            }
            await snapshot.close();
          }),
          { numRuns: 5 },
        );
      });
    });

    it('reads rows by keys, single and composite', async () => {
      const snapshot = await database.snapshot();
      const [artist, album] = [table('artist'), table('album')];
      const [id] = artist.columns;
      const ids = await snapshot.list({ table: artist, columns: [id!] });
      const found = await snapshot.byKeys(artist, [id!], [id!], ids.slice(100, 900));
      const numbers = (list: Row[]) => list.map(([it]) => Number(it)).sort((a, b) => a - b);
      expect(numbers(found)).toEqual(numbers(ids.slice(100, 900)));
      const keyColumns = album.columns.slice(0, 2);
      const keys = await snapshot.list({ table: album, columns: keyColumns });
      const titles = await snapshot.byKeys(album, album.columns.slice(2, 3), keyColumns, [
        keys[0]!,
        keys[2]!,
      ]);
      await snapshot.close();
      expect(titles.map(([title]) => title).sort()).toEqual(['', `It's "quoted" é 漢字 😀`].sort());
    });

    it('sees one moment, whatever is written beside it', async () => {
      await withTarget(async (target, fresh) => {
        if (target.inMemory) return;
        await fresh.run(filled);
        const album = resolveTable(await target.introspect(), 'album');
        const snapshot = await target.snapshot();
        expect(await snapshot.count(album)).toBe(3);
        const writing = fresh.run([`INSERT INTO album (artist_id, number) VALUES (9, 9)`]);
        // A dialect whose readers hold off writers ends the write only after the snapshot.
        await Promise.race([writing, new Promise((resolve) => setTimeout(resolve, 200))]);
        expect(await snapshot.count(album)).toBe(3);
        await snapshot.close();
        await writing;
        const later = await target.snapshot();
        expect(await later.count(album)).toBe(4);
        await later.close();
      });
    });

    it('copies a database into an empty one, exactly', async () => {
      await withTarget(async (target) => {
        const snapshot = await database.snapshot();
        const report = await target.load(wholeOf(schema, snapshot));
        await snapshot.close();
        expect(report.rows).toBe(2506);
        expect(report.tables.map(({ table: name }) => name).at(-1)).toMatch(/track$/);
        expect(await contents(target)).toEqual(await contents(database));
        expect(await target.orphans()).toEqual([]);
        const copied = await target.introspect();
        expect(copied.tables).toEqual(schema.tables);
      });
    });

    it('closes a cycle of keys that are not null', async () => {
      const fresh = await subject.fresh();
      await fresh.run(subject.cycle);
      const cyclic = await openDatabase(fresh.target);
      await withTarget(async (target) => {
        const all = await cyclic.introspect();
        for (const round of [1, 2]) {
          const snapshot = await cyclic.snapshot();
          const whole = wholeOf(all, snapshot, 'replace');
          await target.load(whole);
          await snapshot.close();
          expect([round, await contents(target)]).toEqual([round, await contents(cyclic)]);
        }
        expect((await target.introspect()).tables).toEqual(all.tables);
        expect(await target.orphans()).toEqual([]);
      });
      await cyclic.close();
      await fresh.drop();
    });

    it('leaves the target as it was when a row is refused, the data ends early, or a table is missing', async () => {
      await withTarget(async (target, fresh) => {
        await fresh.run([...music, `INSERT INTO artist VALUES (7, 'Seven', 'A7')`]);
        const before = await contents(target);
        const artist = table('artist');
        const snapshot = await database.snapshot();
        await expect(target.load(wholeOf(schema, snapshot))).rejects.toThrow(
          /HFIT_LOAD_FAILED.*artist/,
        );
        await snapshot.close();
        expect(await contents(target)).toEqual(before);

        const cut = datasetOf(
          schema.dialect,
          artist,
          [[...asRow(target, 8), 'x', 'y']],
          new Error('cut'),
        );
        await expect(target.load(cut)).rejects.toThrow();
        expect(await contents(target)).toEqual(before);

        const elsewhere = { ...artist, name: 'elsewhere' };
        const lost = datasetOf(schema.dialect, elsewhere, []);
        await expect(target.load(lost)).rejects.toThrow('HFIT_LOAD_COLUMN');
        expect(await contents(target)).toEqual(before);
      });
    });

    it('makes no table when the load that made it fails', async () => {
      await withTarget(async (target) => {
        const failing: Dataset = {
          ...datasetOf(schema.dialect, table('artist'), [], new Error('cut')),
          create: schema.tables.map((it) => ({ table: it, mode: 'absent' as const })),
        };
        await expect(target.load(failing)).rejects.toThrow();
        expect((await target.introspect()).tables).toEqual([]);
      });
    });

    it('refuses data of another dialect, with nothing written', async () => {
      await withTarget(async (target) => {
        const foreign = datasetOf('elsewhere', table('artist'), []);
        await expect(target.load(foreign)).rejects.toThrow('HFIT_LOAD_DIALECT');
      });
    });

    it('writes a script that its client program loads, once and not twice', async ({ skip }) => {
      await withTarget(async (target, fresh) => {
        const { feed } = fresh;
        if (!feed) return skip('no client program');
        const snapshot = await database.snapshot();
        let text = '';
        for await (const piece of script(database.dialect, wholeOf(schema, snapshot)))
          text += piece;
        await snapshot.close();
        expect(text.trimEnd().endsWith('COMMIT;')).toBe(true);
        await feed(text);
        expect(await contents(target)).toEqual(await contents(database));
        expect((await target.introspect()).tables).toEqual(schema.tables);

        const before = await contents(target);
        await expect(feed(text)).rejects.toThrow();
        expect(await contents(target)).toEqual(before);
        const half = text.slice(0, text.lastIndexOf('COMMIT;'));
        await withTarget(async (empty, other) => {
          await other.feed?.(half);
          for (const one of Object.values(await contents(empty))) expect(one).toEqual([]);
        });
      });
    });

    it('tells that nobody answers', async () => {
      const absent = await openDatabase(subject.unreachable)
        .then(
          (it) => it.introspect(),
          (error) => Promise.reject(error),
        )
        .catch((error) => error);
      expect(absent).toMatchObject({ code: 'HFIT_DATABASE_UNREACHABLE', kind: 'unavailable' });
      expect(String(absent)).not.toContain('pa55word');
    });

    it('refuses work after it was closed', async () => {
      const other = await openDatabase(source.target);
      await other.close();
      await other.close();
      await expect(other.introspect()).rejects.toThrow('HFIT_DATABASE_CLOSED');
    });
  });
}
