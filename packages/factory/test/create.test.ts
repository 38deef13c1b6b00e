import type { Database } from '@hot-fixture/database';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Factories, openFactories, sequence, tableFactory } from '../src/index.js';
import { factsOfSchema, type TableFacts } from '../src/table/facts.js';
import { opened, subjects } from './database.js';
import { shop } from './shop.js';

interface Person {
  id: number;
  team_id: number;
  email: string;
  age: number;
  role: string;
  bio: string | null;
  price: string;
  active: boolean;
  born: string;
  seen: Date;
  level: number;
  twice: number | null;
  boss_id: number | null;
}

const contradictions: readonly [object, string][] = [
  [{ emial: 'a' }, 'HFIT_FACTORY_COLUMN'],
  [{ age: null }, 'HFIT_FACTORY_VALUE'],
  [{ level: 2 ** 70 }, 'HFIT_FACTORY_VALUE'],
  [{ role: 'guest' }, 'HFIT_FACTORY_VALUE'],
  [{ age: 25 }, 'HFIT_FACTORY_VALUE'],
  [{ age: 'old' }, 'HFIT_FACTORY_VALUE'],
  [{ twice: 4 }, 'HFIT_FACTORY_VALUE'],
];

async function rowsOf(database: Database, name: string): Promise<Record<string, unknown>[]> {
  const snapshot = await database.snapshot();
  try {
    // As factories know the columns: what is a number to MariaDB may be true or false.
    const { table } = factsOfSchema(await snapshot.introspect()).get(name) as TableFacts;
    const rows = await snapshot.list({ table, columns: table.columns });
    return rows.map((row) =>
      Object.fromEntries(
        table.columns.map((column, i) => [
          column.name,
          database.dialect.decode(column, row[i] ?? null),
        ]),
      ),
    );
  } finally {
    await snapshot.close();
  }
}

describe.for(subjects)('factories on $name', (subject) => {
  const test = it.skipIf(subject.missing);
  // All tests share one database, and factories that count on.
  let database: Database;
  let factories: Factories<{ person: Person }>;

  beforeAll(async () => {
    if (subject.missing) return;
    const { close, ...made } = await opened(subject, shop(subject));
    database = made.database;
    factories = await openFactories(database, { seed: 1 });
    return close;
  });

  test('a row needs no definition, and comes back as the database has it', async () => {
    const person = await factories.of('person').create({ age: 20 });
    const stored = await rowsOf(database, 'person');
    expect(stored.find(({ id }) => id === person.id)).toEqual(person);
    expect(person).toMatchObject({ age: 20, level: 7, twice: 40, bio: null });
    expect(await rowsOf(database, 'team')).toContainEqual(
      expect.objectContaining({ id: person.team_id }),
    );
    expect(person.email).toMatch(/@example/);
    expect(person.price).toMatch(/^\d+(\.\d+)?$/);
    expect(person.seen).toBeInstanceOf(Date);
    expect(person.born).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  test('values come back as they were given', async () => {
    const given = {
      email: `it's "quoted" \\ é 漢字 😀`,
      bio: 'a\tb\nc',
      price: '12.5',
      born: '1999-12-31',
      seen: new Date('2024-02-29T12:34:56Z'),
    };
    const { price, ...rest } = given;
    const person = await factories.of('person').create(given);
    expect(person).toMatchObject(rest);
    expect(Number(person.price)).toBe(Number(price));
  });

  test('many rows are written at once, with hooks, and numbers of their own', async () => {
    const seen: number[] = [];
    const person = tableFactory<Person>('person', { bio: sequence((n) => `Nr. ${n}`) })
      .beforeCreate((row) => {
        row.age = 24;
      })
      .afterCreate(async (row) => {
        await Promise.resolve();
        seen.push(row.id);
      });
    const [team] = await factories.of(tableFactory('team')).createMany(1);
    const rows = await factories
      .of(person)
      .recycle('team', team as object)
      .createMany(1200);
    const first = Number(rows[0]?.bio?.slice(4));
    expect(rows.map(({ bio }) => bio)).toEqual(rows.map((_, i) => `Nr. ${first + i}`));
    expect(new Set(rows.map(({ id }) => id)).size).toBe(1200);
    expect(rows.every(({ age, twice }) => age === 24 && twice === 48)).toBe(true);
    expect(seen).toEqual(rows.map(({ id }) => id));
    const stored = (await rowsOf(database, 'person')).filter((it) => it.team_id === team?.id);
    expect(stored).toEqual([...rows].sort((a, b) => a.id - b.id));
  });

  test('many rows of a table that only numbers them come back as they are', async () => {
    const tag = tableFactory('tag', { name: sequence((n) => `\\ "tab\t${n}\n`) });
    const rows = await factories.of(tag).createMany(300);
    const stored = (await rowsOf(database, 'tag')).filter(({ name }) => `${name}`.includes('tab'));
    expect(stored).toEqual(rows);
  });

  it.skipIf(subject.name !== 'SQLite')(
    'what goes in several batches is all there, or nothing',
    async () => {
      const before = await rowsOf(database, 'tag');
      let left = 10_500;
      const failing = tableFactory('tag', {
        name: () => {
          left -= 1;
          return left < 0 ? null : 'last';
        },
      });
      await expect(factories.of(failing).createMany(12_000)).rejects.toMatchObject({
        code: 'HFIT_FACTORY_VALUE',
      });
      expect(await rowsOf(database, 'tag')).toEqual(before);
      left = 12_000;
      const rows = await factories.of(failing).createMany(12_000);
      expect(await rowsOf(database, 'tag')).toEqual([...before, ...rows]);
    },
  );

  test('numbers that were given by hand are left out afterwards', async () => {
    await factories.of('person').create({ id: 30_000 });
    const rows = await factories.of('person').createMany(4);
    expect(rows.map(({ id }) => id)).toEqual([30_001, 30_002, 30_003, 30_004]);
  });

  test('a cycle is closed by a key that may be null', async () => {
    const team = tableFactory('team').belongsTo('owner');
    const person = await factories.of('person').belongsTo('team', team).create();
    expect(await rowsOf(database, 'team')).toContainEqual(
      expect.objectContaining({ id: person.team_id, owner_id: person.id }),
    );
  });

  test('of a self reference that was asked for, the parent has none', async () => {
    const person = await factories.of('person').belongsTo('boss').create();
    const stored = await rowsOf(database, 'person');
    expect(stored.find(({ id }) => id === person.boss_id)).toMatchObject({ boss_id: null });
  });

  test('pairs of a junction table are distinct, until there are no more', async () => {
    const people = await factories.of('person').createMany(4);
    const tags = await factories.of(tableFactory('tag')).createMany(5);
    const pair = factories
      .of(tableFactory('person_tag'))
      .recycle('person', people)
      .recycle('tag', tags);
    const made = [...(await pair.createMany(13)), ...(await pair.createMany(7))];
    expect(new Set(made.map((row) => JSON.stringify(row))).size).toBe(20);
    await expect(pair.create()).rejects.toMatchObject({ code: 'HFIT_FACTORY_EXHAUSTED' });
  });

  test('rows that point here are made with it, and those behind a junction table', async () => {
    const tag = tableFactory('tag', { name: 'news' });
    const person = await factories
      .of('person')
      .hasMany('trip.guide', 2)
      .manyToMany('tag', 3, tag)
      .create();
    const trips = await rowsOf(database, 'trip');
    expect(trips.map((it) => it.guide_id)).toEqual([person.id, person.id]);
    const pairs = (await rowsOf(database, 'person_tag')).filter((it) => it.person_id === person.id);
    const tags = await rowsOf(database, 'tag');
    expect(pairs.map((it) => tags.find(({ id }) => id === it.tag_id)?.name)).toEqual([
      ...['news', 'news', 'news'],
    ]);
    for (const { begins, ends, seats } of trips as Record<string, number>[]) {
      expect(String(begins) < String(ends)).toBe(true);
      expect(seats).toBeGreaterThan(1);
    }
  });

  test('rows to recycle are of a table that is there, by any of its names', async () => {
    const tag = await factories.of(tableFactory('tag')).create();
    const pair = factories.of(tableFactory('person_tag'));
    await expect(pair.recycle('tga', tag).create()).rejects.toMatchObject({
      code: 'HFIT_FACTORY_TABLE',
    });
    const { schema } = factories.world.tableNamed('tag').table;
    const name = schema === '' ? 'tag' : `${schema}.tag`;
    expect(await pair.recycle(name, tag).create()).toMatchObject({
      tag_id: (tag as { id: number }).id,
    });
  });

  test('a parent by a factory has the rows that this one recycles', async () => {
    const owner = await factories.of('person').create();
    const team = tableFactory('team').belongsTo('owner', owner);
    const boss = tableFactory('person').recycle('team', await factories.of(team).create());
    const person = await factories.of('person').belongsTo('boss', boss).create();
    const parent = factories.created.find(
      ({ table, row }) => table === 'person' && row.id === person.boss_id,
    );
    expect(await rowsOf(database, 'team')).toContainEqual(
      expect.objectContaining({ id: parent?.row.team_id, owner_id: owner.id }),
    );
  });

  test('what contradicts the table is refused before anything is written', async () => {
    const before = await rowsOf(database, 'team');
    for (const [given, code] of contradictions) {
      await expect(factories.of('person').create(given)).rejects.toMatchObject({ code });
    }
    expect(await rowsOf(database, 'team')).toEqual(before);
  });

  // SQLite holds texts of any length, and decimals of any size.
  it.skipIf(subject.missing || subject.name === 'SQLite')('so is what is too long', async () => {
    for (const given of [{ email: `${'x'.repeat(60)}@` }, { price: '123456789.00' }]) {
      const made = factories.of('person').create(given);
      await expect(made).rejects.toMatchObject({ code: 'HFIT_FACTORY_VALUE' });
    }
  });

  test('what only the database can know is refused by it, and nothing stays', async () => {
    await factories.of('person').create({ email: 'ada@example.com' });
    const before = [await rowsOf(database, 'person'), await rowsOf(database, 'team')];
    const again = factories.of('person').createMany(2, { email: 'ada@example.com' });
    await expect(again).rejects.toMatchObject({ code: 'HFIT_FACTORY_REFUSED' });
    expect([await rowsOf(database, 'person'), await rowsOf(database, 'team')]).toEqual(before);
  });
});
