import fc from 'fast-check';
import type { Fresh } from '../../database/test/subject.js';
import { type Subject, tables } from './subject.js';

/** A state of all tables: the tuples of each, as SQL, and where the sequences stand. */
export interface Wanted {
  readonly rows: Readonly<Record<string, readonly string[]>>;
  readonly sequences: number;
}

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 7 });

/** The same ids in another order: a value of a unique column for each. */
const permutation = (of: readonly number[]) =>
  fc.shuffledSubarray([...of], { minLength: of.length, maxLength: of.length });

const nodes = ids.chain((list) =>
  fc
    .tuple(
      permutation(list),
      fc.array(fc.nat(), { minLength: list.length, maxLength: list.length }),
    )
    .map(([places, parents]) =>
      list.map((id, i) => {
        const parent = list[(parents[i] as number) % (list.length + 1)];
        return `(${id}, ${parent ?? 'NULL'}, ${places[i]})`;
      }),
    ),
);

const birds = ids.chain((list) =>
  permutation(list).map((eggs) => ({
    chicken: list.map((id, i) => `(${id}, ${eggs[i]})`),
    egg: list.map((id) => `(${id}, ${id})`),
  })),
);

const bag = fc.array(
  fc.tuple(fc.constantFrom('1', '2', 'NULL'), fc.constantFrom(`'x'`, `'X'`, `''`, 'NULL')),
  { maxLength: 8 },
);

const letters = fc.constantFrom(`'a'`, `'b'`, `'c '`, `'ö'`);
const items = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 3 }), letters), {
    selector: ([a, b]) => `${a}${b}`,
    maxLength: 7,
  })
  .chain((keys) =>
    fc.tuple(
      fc.constant(keys),
      permutation(keys.map((_, i) => i)),
      fc.array(fc.constantFrom('NULL', `'note'`, `'it''s'`), {
        minLength: keys.length,
        maxLength: keys.length,
      }),
      fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 6 }),
    ),
  )
  .map(([keys, codes, notes, parts]) => {
    const code = (i: number) => (codes[i] === 0 ? 'NULL' : `'code ${codes[i]}'`);
    return {
      item: keys.map(([a, b], i) => `(${a}, ${b}, ${code(i)}, ${notes[i]})`),
      part: parts.map(([to, by], id) => {
        const key = keys[to % (keys.length + 1)] ?? ['NULL', 'NULL'];
        const known = by % (keys.length + 1);
        return `(${id}, ${key[0]}, ${key[1]}, ${known < keys.length ? code(known) : 'NULL'})`;
      }),
    };
  });

/** Any state that the schema allows. */
export function wanted(subject: Subject): fc.Arbitrary<Wanted> {
  const row = fc.tuple(...Object.values(subject.values).map((pool) => fc.constantFrom(...pool)));
  const rich = ids.chain((list) =>
    fc
      .array(row, { minLength: list.length, maxLength: list.length })
      .map((values) => values.map((value, i) => `(${[list[i], ...value].join(', ')})`)),
  );
  return fc
    .tuple(nodes, birds, bag, items, rich, fc.integer({ min: 20, max: 90 }))
    .map(([node, { chicken, egg }, pairs, { item, part }, values, sequences]) => ({
      rows: {
        node,
        chicken,
        egg,
        bag: pairs.map(([x, y]) => `(${x}, ${y})`),
        item,
        part,
        rich: values,
      },
      sequences,
    }));
}

/** Statements that put a database into a state, whatever is in it. */
export function statementsFor(subject: Subject, { rows, sequences }: Wanted): string[] {
  const [before, after] = subject.loosely;
  const names = ['id', ...Object.keys(subject.values)].join(', ');
  const inserts = Object.entries(rows)
    .filter(([, list]) => list.length > 0)
    .map(([table, list]) =>
      table === 'rich'
        ? `INSERT INTO rich (${names})${subject.overriding} VALUES ${list.join(', ')}`
        : `INSERT INTO ${table} VALUES ${list.join(', ')}`,
    );
  const deletes = tables.map((table) => `DELETE FROM ${table}`);
  return [...before, ...deletes, ...inserts, ...after, ...subject.sequences(sequences)];
}

export const put = (fresh: Fresh, subject: Subject, state: Wanted) =>
  fresh.run(statementsFor(subject, state));
