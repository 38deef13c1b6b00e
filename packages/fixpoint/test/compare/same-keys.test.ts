import { describe, expect, it } from 'vitest';
import { compareChanges, compareInDatabase } from '../../src/compare/compare.js';
import type { CompareRules } from '../../src/compare/rules.js';
import { difference, type Rows, reading, schemaOf } from './states.js';

const schema = schemaOf({
  person: { columns: ['!id#', 'name', 'boss>person.id'] },
  item: { columns: ['!id#', 'person_id>person.id', 'title', 'price', 'state'] },
  line: { columns: ['!item_id>item.id', '!number', 'text'] },
  note: { columns: ['!id', 'person', 'text'] },
});

async function compare(expected: Rows, found: Rows, rules: CompareRules = {}) {
  const changes = await difference(schema, expected, found);
  return compareInDatabase(reading(found), changes, schema, { sameKeys: true, ...rules });
}

const item = (id: string, person: string, title: string) => [id, person, title, '1.00', 'new'];

describe('the same generated key under another number', () => {
  it('is no difference in a chain that points to it', async () => {
    const expected = {
      person: [
        ['5', 'Tom', null],
        ['6', 'Ann', '5'],
      ],
      item: [item('1', '6', 'a')],
      line: [
        ['1', '1', 'x'],
        ['1', '2', 'y'],
      ],
    };
    const found = {
      person: [
        ['7', 'Tom', null],
        ['9', 'Ann', '7'],
      ],
      item: [item('4', '9', 'a')],
      line: [
        ['4', '1', 'x'],
        ['4', '2', 'y'],
      ],
    };
    const result = await compare(expected, found);
    expect(result.equal).toBe(true);
    expect(result.accepted).toMatchObject([
      { name: 'item', column: 'id', reason: 'same key', example: { expected: '1', found: '4' } },
      { name: 'item', column: 'person_id', reason: 'same key' },
      { name: 'line', column: 'item_id', reason: 'same key', count: 2 },
      { name: 'person', column: 'boss', reason: 'same key' },
      { name: 'person', column: 'id', reason: 'same key', count: 2 },
    ]);
  });

  it('is no difference where the numbering moved over numbers that were taken', async () => {
    const people = (from: number) =>
      ['a', 'b', 'c', 'd'].map((name, i) => [String(from + i), name, null]);
    const items = (from: number) =>
      ['a', 'b', 'c', 'd'].map((name, i) => item(String(i), String(from + i), name));
    const [expected, found] = [5, 6].map((n) => ({ person: people(n), item: items(n) }));
    expect((await compare(expected as Rows, found as Rows)).equal).toBe(true);
    // From the difference alone that cannot be known: items may point to 6 that did not change.
    const changes = await difference(schema, expected as Rows, found as Rows);
    expect(compareChanges(changes, schema, { sameKeys: true }).equal).toBe(false);
  });

  it('shows the one value that is another one, under the number that was found', async () => {
    const expected = {
      person: [['5', 'Tom', null]],
      item: [item('1', '5', 'a'), item('2', '5', 'b')],
    };
    const found = {
      person: [['7', 'Tom', null]],
      item: [item('3', '7', 'a'), item('4', '7', 'B')],
    };
    const { equal, changes } = await compare(expected, found);
    expect(equal).toBe(false);
    expect(changes.tables).toMatchObject([
      {
        name: 'item',
        inserted: [],
        deleted: [],
        updated: [{ before: item('4', '7', 'b'), after: item('4', '7', 'B') }],
      },
    ]);
  });

  it('shows a child that is missing, and nothing else', async () => {
    const expected = {
      person: [['5', 'Tom', null]],
      item: [item('1', '5', 'a'), item('2', '5', 'b')],
    };
    const found = { person: [['7', 'Tom', null]], item: [item('3', '7', 'b')] };
    const { changes } = await compare(expected, found);
    expect(changes.tables).toMatchObject([
      { name: 'item', inserted: [], updated: [], deleted: [item('1', '5', 'a')] },
    ]);
  });

  it('is a difference where a row that did not change points to the old one', async () => {
    const rows = (a: string, b: string) => ({
      person: [
        ['1', a, null],
        ['2', b, null],
      ],
      item: [item('1', '1', 'x')],
    });
    expect((await compare(rows('Tom', 'Ann'), rows('Ann', 'Tom'))).equal).toBe(false);
  });

  it('does not touch keys that nothing generates', async () => {
    const note = (id: string) => ({ note: [[id, null, 'x']] });
    expect((await compare(note('1'), note('2'))).equal).toBe(false);
    expect((await compare(note('1'), note('2'), { generated: ['note.id'] })).equal).toBe(true);
  });

  it('follows references that the schema does not tell', async () => {
    const rows = (id: string) => ({ person: [[id, 'Tom', null]], note: [['1', id, 'x']] });
    const references = { 'note.person': 'person.id' };
    expect((await compare(rows('1'), rows('2'))).equal).toBe(false);
    expect((await compare(rows('1'), rows('2'), { references })).equal).toBe(true);
  });

  it('finds partners among thousands of rows that look the same', async () => {
    const rows = (from: number) => ({
      person: Array.from({ length: 1000 }, (_, i) => [
        String(from + i),
        i % 2 ? 'odd' : 'even',
        null,
      ]),
      item: Array.from({ length: 1000 }, (_, i) =>
        item(String(from + i), String(from + i), 'same'),
      ),
    });
    expect((await compare(rows(0), rows(10_000))).equal).toBe(true);
    const chained = (from: number) => ({
      person: Array.from({ length: 1000 }, (_, i) => [
        String(from + i),
        'link',
        i === 0 ? null : String(from + i - 1),
      ]),
    });
    expect((await compare(chained(0), chained(10_000))).equal).toBe(true);
  });
});
