import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { type Database, openDatabase, type Schema, script, type Table } from '../src/index.js';
import { contents, wholeOf } from './datasets.js';
import { ask, fresh } from './mysql-server.js';
import { definition, fill, row, sameRows, types, withoutBytes } from './mysql-types.js';

describe.skipIf(!services.mariadb)('values of MariaDB', () => {
  let [source, target, scripted]: Awaited<ReturnType<typeof fresh>>[] = [];
  let [database, copy, fed]: Database[] = [];
  let schema: Schema;
  beforeAll(async () => {
    [source, target, scripted] = await Promise.all([fresh(), fresh(), fresh()]);
    await source!.run([`SET sql_mode = ''`, definition]);
    [database, copy, fed] = await Promise.all(
      [source, target, scripted].map((it) => openDatabase(it!.url)),
    );
    schema = await database!.introspect();
  });
  afterAll(async () => {
    for (const it of [database, copy, fed]) await it?.close();
    for (const it of [source, target, scripted]) await it?.drop();
  });

  it('come back to the bit, by load and by script, for every type', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
        await fill(source!.url, rows);
        const snapshot = await database!.snapshot();
        await copy!.load(withoutBytes(wholeOf(schema, snapshot, 'replace')));
        expect(await contents(copy!)).toEqual(await contents(database!));
        expect(await sameRows(source!.url, target!.name)).toBe(rows.length);
        if (scripted!.feed) {
          let text = '';
          const whole = wholeOf(schema, snapshot, 'replace');
          for await (const piece of script(database!.dialect, whole)) text += piece;
          await scripted!.feed(text);
          expect(await contents(fed!)).toEqual(await contents(database!));
          expect(await sameRows(source!.url, scripted!.name)).toBe(rows.length);
        }
        await snapshot.close();
      }),
      { numRuns: 10 },
    );
    expect((await copy!.introspect()).tables).toEqual(schema.tables);
    const [[made]] = (await ask(
      target!.url,
      `SELECT count(*) FROM \`all \`\`types\` WHERE touched = '2001-01-01'`,
    )) as [[string]];
    expect(made).toEqual(
      ((await ask(target!.url, 'SELECT count(*) FROM `all ``types`')) as [[string]])[0][0],
    );
  });

  it('come back to the bit where many rows without bytes are sent as a file', async () => {
    const table = schema.tables[0] as Table;
    const columns = table.columns.filter(
      ({ name, kind, generated }) =>
        !generated && kind !== 'binary' && (kind !== 'other' || name.startsWith('id')),
    );
    const list = async (from: Database) => {
      const snapshot = await from.snapshot();
      const rows = await snapshot.list({ table, columns });
      await snapshot.close();
      return rows;
    };
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 60, maxLength: 70 }), async (rows) => {
        await fill(source!.url, rows);
        const snapshot = await database!.snapshot();
        await copy!.load({
          ...wholeOf(schema, snapshot, 'replace'),
          async *rows() {
            yield { table, columns, batches: snapshot.rows({ table, columns }) };
          },
        });
        await snapshot.close();
        expect(await list(copy!)).toEqual(await list(database!));
      }),
      { numRuns: 5 },
    );
  });

  it('have kinds, and the columns what they are made of', () => {
    const table = schema.tables[0] as Table;
    expect(table.name).toBe('all `types');
    const kinds: Record<string, string[]> = {};
    for (const { name, kind } of table.columns) kinds[kind] = [...(kinds[kind] ?? []), name];
    expect(kinds).toEqual({
      integer: 'id tiny truth small medium whole large larger year twicePlus'.split(' '),
      decimal: ['exact', 'round'],
      float: ['single', 'fixed', 'twice', 'fixedTwice'],
      binary: ['flag', 'few', 'flags', 'four', 'some', 'blob'],
      date: ['day'],
      timestamp: ['touched', 'moment', 'stamp'],
      time: ['span'],
      text: 'letters words western wide brief long greeting'.split(' '),
      enum: ['mood', 'tags'],
      json: ['tree'],
      uuid: ['uid'],
      other: ['id4', 'id6', ...Object.keys(types).filter((it) => it.startsWith('a ')), 'any'],
    });
    const column = (name: string) => table.columns.find((it) => it.name === name);
    expect(column('id')).toMatchObject({ identity: 'default', nullable: false, default: null });
    expect(column('touched')).toMatchObject({ default: `'2001-01-01 00:00:00'` });
    expect(column('twicePlus')).toMatchObject({ generated: 'stored', default: '`tiny` * 2' });
    expect(column('greeting')).toMatchObject({ generated: 'virtual', maxLength: 30 });
    expect(column('larger')).toMatchObject({ type: 'bigint(20) unsigned', default: null });
    expect([column('brief')?.maxLength, column('long')?.maxLength]).toEqual([63, null]);
    expect(table.uniques.map(({ columns }) => columns)).toEqual([['id', 'truth']]);
    expect(table.definition.create).not.toMatch(/ENGINE=\w+ AUTO_INCREMENT/);
    expect(table.definition.create).toMatch(/COMMENT='AUTO_INCREMENT=7/);
  });
});
