import { describe, expect, it } from 'vitest';
import { colours, marksFor } from '../../src/show/marks.js';
import { differenceAsText } from '../../src/show/text.js';
import { differenceOf, people, sentence } from './differences.js';

describe('the text of a difference', () => {
  it('shows what changed, before and after, then what is new and what is gone', () => {
    const table = people({
      updated: [
        [
          ['1', 'Tom', 'x'],
          ['1', 'Thomas', null],
        ],
      ],
      inserted: [['2', 'Ann', '']],
      deleted: [['3', 'Bob', 'NULL']],
    });
    expect(differenceAsText(differenceOf(table))).toBe(
      [
        'people  1 changed, 1 new, 1 gone',
        '  ~ id 1',
        '      name   Tom → Thomas',
        '      notes  x → NULL',
        "  + id 2  name Ann  notes ''",
        "  - id 3  name Bob  notes 'NULL'",
      ].join('\n'),
    );
    expect(differenceAsText(differenceOf())).toBe('');
  });

  it('cuts long values where they begin to differ', () => {
    const other = sentence.replace('lazy', 'busy');
    const table = people({
      updated: [
        [
          ['1', 'Tom', sentence],
          ['1', 'Tom', other],
        ],
      ],
    });
    expect(differenceAsText(differenceOf(table), { length: 40 })).toBe(
      [
        'people  1 changed',
        '  ~ id 1',
        '      notes  …g that was too lazy to do the same, an…',
        '           → …g that was too busy to do the same, an…',
      ].join('\n'),
    );
  });

  it('counts what it does not show, of each sort some', () => {
    const many = Array.from({ length: 50 }, (_, i) => [String(i), 'x', null]);
    const table = people({
      inserted: many,
      deleted: many,
      updated: many.map((row) => [row, [row[0] as string, 'y', null]]),
    });
    const lines = differenceAsText(differenceOf(table), { rows: 10 }).split('\n');
    const starting = (sign: string) => lines.filter((it) => it.startsWith(`  ${sign}`)).length;
    expect([starting('~'), starting('+'), starting('-')]).toEqual([6, 2, 2]);
    expect(lines.at(-1)).toBe('  … and 140 more rows');
    const tables = Array.from({ length: 30 }, () => people({ inserted: many.slice(0, 1) }));
    const text = differenceAsText(differenceOf(...tables));
    expect(text).toContain('… and 10 rows in 10 more tables');
  });

  it('does not let a value move the cursor or begin a line', () => {
    const table = people({ inserted: [['1', '\x1b[31mred', 'two\nlines\u202e']] });
    const text = differenceAsText(differenceOf(table));
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toContain("name '\\u{1b}[31mred'  notes 'two\\nlines\\u{202e}'");
  });

  it('says what the rules let through', () => {
    const table = people({ inserted: [['1', 'x', null]] });
    const accepted = [
      { schema: '', name: 'people', column: 'seen', reason: 'ignored', count: 2, example: null },
      { schema: '', name: 'logs', column: null, reason: 'not compared', count: 9, example: null },
    ] as const;
    const text = differenceAsText({ ...differenceOf(table), accepted });
    expect(text).toMatch(
      /\n\nLet through by the rules: 2 values of people.seen \(ignored\), logs \(not compared\)\.$/,
    );
  });

  it('has colours on a terminal alone', () => {
    expect(marksFor({ isTTY: true }, {})).toBe(colours);
    for (const marks of [
      marksFor({}, {}),
      marksFor({ isTTY: true }, { NO_COLOR: '1' }),
      marksFor({ isTTY: true }, { TERM: 'dumb' }),
    ]) {
      const text = differenceAsText(differenceOf(people({ inserted: [['1', 'x', null]] })), {
        marks,
      });
      expect(text).not.toContain('\x1b');
    }
  });
});
