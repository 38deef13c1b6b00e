import type { Row, Value } from '@hot-fixture/database';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareChanges, compareInDatabase } from '../../src/compare/compare.js';
import {
  areSame,
  difference,
  type Numbers,
  type Rows,
  reading,
  renumbered,
  schemaOf,
} from './states.js';

const schema = schemaOf({
  person: { columns: ['!id#', 'name', 'boss>person.id'] },
  post: { columns: ['!id#', 'person_id>person.id', 'title'] },
  tagging: { columns: ['!post_id>post.id', '!tag'] },
  friend: { columns: ['a>person.id', 'b>person.id'] },
  profile: { columns: ['!person_id>person.id', 'bio'] },
  chicken: { columns: ['!id#', 'egg_id>egg.id'] },
  egg: { columns: ['!id#', 'chicken_id>chicken.id'] },
});

const size = 3;
const runs = { numRuns: Number(process.env.HFIT_RUNS ?? 120) };
const pool = ['1', '2', '3', '4', '5'];
const letter = fc.constantFrom('x', 'y');
const idsOf = (most = size) => fc.uniqueArray(fc.constantFrom(...pool), { maxLength: most });
const oneOf = (ids: readonly string[]) => fc.constantFrom<Value>(null, ...ids);

const states: fc.Arbitrary<Rows> = fc
  .tuple(idsOf(), idsOf(), idsOf(2), idsOf(2))
  .chain(([people, posts, chickens, eggs]) => {
    const rows = (ids: readonly string[], ...rest: fc.Arbitrary<Value>[]) =>
      fc.tuple(...ids.map((id) => fc.tuple(fc.constant<Value>(id), ...rest))) as fc.Arbitrary<
        Row[]
      >;
    const bag = (row: fc.Arbitrary<Row>, keyed: number) =>
      fc.uniqueArray(row, {
        maxLength: 3,
        selector: (it) => (keyed > 0 ? JSON.stringify(it.slice(0, keyed)) : Symbol('each')),
      });
    const some = (
      ids: readonly string[],
      row: (id: fc.Arbitrary<Value>) => fc.Arbitrary<Row>,
      keyed: number,
    ) =>
      ids.length === 0 ? fc.constant<Row[]>([]) : bag(row(fc.constantFrom<Value>(...ids)), keyed);
    return fc.record({
      person: rows(people, letter, oneOf(people)),
      post: rows(posts, oneOf(people), letter),
      tagging: some(posts, (id) => fc.tuple(id, letter), 2),
      friend: bag(fc.tuple(oneOf(people), oneOf(people)), 0),
      profile: some(people, (id) => fc.tuple(id, letter), 1),
      chicken: rows(chickens, oneOf(eggs)),
      egg: rows(eggs, oneOf(chickens)),
    });
  });

const numbered = ['person', 'post', 'chicken', 'egg'];

/** Other numbers for the keys of a state: often those of its own, in another order. */
const numbersFor = (rows: Rows): fc.Arbitrary<Numbers> =>
  fc
    .tuple(
      ...numbered.map((table) => {
        const own = (rows[table] ?? []).map((row) => row[0] as string);
        const length = { minLength: own.length, maxLength: own.length };
        return fc.oneof(
          fc.shuffledSubarray(own, length),
          fc.shuffledSubarray([...pool, '6', '7'], length),
        );
      }),
    )
    .map((lists) => numbersOf(rows, lists));

function numbersOf(rows: Rows, lists: readonly (readonly Value[])[]): Numbers {
  return Object.fromEntries(
    numbered.map((table, n) => [
      `${table}.id`,
      new Map((rows[table] ?? []).map((row, i) => [row[0] as Value, lists[n]?.[i] as Value])),
    ]),
  );
}

/** By trying all numberings: slow, and so simple that it can be trusted. */
function isSameGraph(a: Rows, b: Rows): boolean {
  if (numbered.some((table) => a[table]?.length !== b[table]?.length)) return false;
  const all = (tables: readonly string[], lists: Value[][]): boolean => {
    const [table, ...rest] = tables;
    if (table === undefined) return areSame(schema, renumbered(schema, a, numbersOf(a, lists)), b);
    const ids = (b[table] ?? []).map((row) => row[0] as Value);
    return permutations(ids).some((list) => all(rest, [...lists, list]));
  };
  return all(numbered, []);
}

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length === 0) return [[]];
  return list.flatMap((it, i) =>
    permutations(list.filter((_, j) => j !== i)).map((rest) => [it, ...rest]),
  );
}

const rules = { sameKeys: true };

describe('generated keys under other numbers', () => {
  it('are no difference, whatever points to them', async () => {
    const cases = states.chain((rows) => fc.tuple(fc.constant(rows), numbersFor(rows)));
    await fc.assert(
      fc.asyncProperty(cases, async ([expected, numbers]) => {
        const found = renumbered(schema, expected, numbers);
        const changes = await difference(schema, expected, found);
        const result = await compareInDatabase(reading(found), changes, schema, rules);
        expect(result.changes.tables).toEqual([]);
        expect(result.equal).toBe(true);
      }),
      runs,
    );
  });

  it('are never taken for those of another graph', async () => {
    let [same, other] = [0, 0];
    const cases = states.chain((rows) =>
      fc.tuple(fc.constant(rows), numbersFor(rows), fc.nat(), fc.nat(), fc.nat()),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([expected, numbers, ...at]) => {
        const found = mutated(renumbered(schema, expected, numbers), at);
        const changes = await difference(schema, expected, found);
        const isSame = isSameGraph(expected, found);
        if (isSame) same += 1;
        else other += 1;
        const known = compareChanges(changes, schema, rules);
        if (known.equal) expect(isSame).toBe(true);
        const result = await compareInDatabase(reading(found), changes, schema, rules);
        expect(result.equal).toBe(isSame);
      }),
      runs,
    );
    expect([same > 0, other > 0]).toEqual([true, true]);
  });
});

/** One value of one row becomes that of another row of the same column, or a row goes. */
function mutated(rows: Rows, [which = 0, row = 0, what = 0]: readonly number[]): Rows {
  const names = Object.keys(rows).filter((name) => (rows[name]?.length ?? 0) > 0);
  const name = names[which % Math.max(names.length, 1)];
  if (name === undefined) return rows;
  const list = rows[name] ?? [];
  const at = row % list.length;
  const isFree = ['tagging', 'friend', 'profile'].includes(name);
  if (isFree && what % 3 === 0) return { ...rows, [name]: list.filter((_, i) => i !== at) };
  const place = name === 'chicken' || name === 'egg' ? 1 : isFree ? 1 : 1 + (what % 2);
  const value = list[(at + 1 + what) % list.length]?.[place] as Value;
  const changed = list.map((it, i) =>
    i === at ? it.map((v, j) => (j === place ? value : v)) : it,
  );
  const keys = changed.map((it) => JSON.stringify(it));
  // Two rows of one key are no state.
  return name === 'tagging' && new Set(keys).size < keys.length
    ? rows
    : { ...rows, [name]: changed };
}
