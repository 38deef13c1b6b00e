import type { Value } from '@hot-fixture/database';
import { describe, expect, it } from 'vitest';
import { type ChangeSet, changesAsDocument, changesAsText } from '../src/index.js';

const changes: ChangeSet = {
  dialect: 'postgresql',
  tables: [
    {
      schema: 'public',
      name: 'orders',
      columns: ['id', 'note', 'total'],
      key: ['id'],
      inserted: [['7', 'two words', '12.50']],
      updated: [{ before: ['3', null, '1.00'], after: ['3', 'a\tlonger, text', '1.00'] }],
      deleted: [['1', '', 'NULL']],
    },
    {
      schema: '',
      name: 'log',
      columns: ['bytes', 'n'],
      key: null,
      inserted: [
        [new Uint8Array([1, 255]), 1n],
        [new Uint8Array(50), 0.5],
        ['\u001b[31mred', 2n],
      ],
      updated: [],
      deleted: [],
    },
  ],
  sequences: [
    {
      schema: 'public',
      name: 'orders_id_seq',
      before: { last: '6', called: true },
      after: { last: '7', called: true },
    },
  ],
};

describe('a change set as text', () => {
  it('shows each row in a line, with what it was and what it is', () => {
    expect(changesAsText(changes, { length: 20 })).toBe(
      [
        'public.orders +1 ~1 -1',
        '  + id=7  note=two words  total=12.50',
        "  ~ id=3  note: NULL → 'a\\tlonger, text'",
        "  - id=1  note=''  total='NULL'",
        'log +3',
        '  + bytes=0x01ff  n=1',
        `  + bytes=0x${'0'.repeat(18)}…  n=0.5`,
        "  + bytes='\\u{1b}[31mred'  n=2",
        'sequences',
        '  public.orders_id_seq 6 → 7',
      ].join('\n'),
    );
  });

  it('shows the difference also of values that look alike', () => {
    const long = 'a'.repeat(100);
    const [table] = changes.tables;
    const rows: [Value, Value][] = [
      [-0, 0],
      [1n, 1],
      [1n, '1'],
      [1e300, 10n],
      ['0x61', new Uint8Array([97])],
      [`${long}b${long}`, `${long}c${long}`],
    ];
    const updated = rows.map(([a, b], i) => ({ before: [`${i}`, a, ''], after: [`${i}`, b, ''] }));
    const text = changesAsText(
      { ...changes, tables: [{ ...table!, inserted: [], deleted: [], updated }], sequences: [] },
      { length: 20 },
    );
    expect(text.split('\n').slice(1)).toEqual([
      '  ~ id=0  note: -0.0 → 0.0',
      '  ~ id=1  note: 1 → 1.0',
      "  ~ id=2  note: 1 → '1'",
      '  ~ id=3  note: 1e+300 → 10',
      "  ~ id=4  note: '0x61' → 0x61",
      '  ~ id=5  note: …aaaaabaaaaaaaaaaaaaa… → …aaaaacaaaaaaaaaaaaaa…',
    ]);
  });

  it('counts the rows that are too many', () => {
    expect(changesAsText(changes, { rows: 1 })).toContain(
      'log +3\n  + bytes=0x01ff  n=1\n  … and 2 more',
    );
  });

  it('is empty where nothing changed', () => {
    expect(changesAsText({ dialect: 'sqlite', tables: [], sequences: [] })).toBe('');
  });
});

describe('a change set as one document', () => {
  it('has rows by column, and of an update what changed', () => {
    const [orders, log] = changesAsDocument(changes).tables;
    expect(orders).toMatchObject({
      table: 'orders',
      inserted: [{ id: '7', note: 'two words', total: '12.50' }],
      updated: [{ key: { id: '3' }, before: { note: null }, after: { note: 'a\tlonger, text' } }],
    });
    expect(log?.inserted[0]).toEqual({ bytes: { base64: 'Af8=' }, n: 1 });
  });

  it('shows a row of a table without columns', () => {
    const table = { schema: '', name: 't', columns: [], key: null, updated: [], deleted: [] };
    const one = { dialect: 'postgresql', tables: [{ ...table, inserted: [[]] }], sequences: [] };
    expect(changesAsText(one)).toBe('t +1\n  + (no columns)');
  });
});
