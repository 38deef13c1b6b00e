import { sameValue, type TableChanges } from '@hot-fixture/changes';
import { qualified, type Row, type Value } from '@hot-fixture/database';
import type { Difference } from '../../compare/difference.js';

/** What the page's script gets. A row is its kind, its values, and of a changed one those before. */
export interface PageData {
  readonly tables: readonly {
    readonly name: string;
    readonly columns: readonly string[];
    /** The places of its columns. */
    readonly key: readonly number[];
    readonly rows: readonly PageRow[];
  }[];
}

type Shown = string | null;
type PageRow =
  | readonly ['+' | '-', readonly Shown[]]
  | readonly ['~', readonly Shown[], Readonly<Record<number, Shown>>];

/** Beyond this a value is for a program. */
const mostCharacters = 100_000;
/** What did not change is there to know the row by. */
const mostOfUnchanged = 200;

export function pageData({ changes: { tables, sequences } }: Difference): PageData {
  const pages = tables.map((table) => ({
    name: qualified(table),
    columns: table.columns,
    key: (table.key ?? []).map((column) => table.columns.indexOf(column)),
    rows: rowsFor(table),
  }));
  if (sequences.length === 0) return { tables: pages };
  const words = (it: { last: string; called: boolean } | null) =>
    it === null ? 'not begun' : `${it.last}${it.called ? '' : ' comes next'}`;
  const rows = sequences.map((it): PageRow => {
    return ['~', [qualified(it), words(it.after)], { 1: words(it.before) }];
  });
  return {
    tables: [...pages, { name: 'sequences', columns: ['name', 'stands at'], key: [0], rows }],
  };
}

function rowsFor({ inserted, updated, deleted }: TableChanges): PageRow[] {
  const whole = (row: Row) => row.map((value) => shown(value, mostCharacters));
  return [
    ...updated.map(({ before, after }): PageRow => {
      const was: Record<number, Shown> = {};
      const is = after.map((value, place) => {
        const earlier = before[place] as Value;
        if (sameValue(earlier, value)) return shown(value, mostOfUnchanged);
        was[place] = shown(earlier, mostCharacters);
        return shown(value, mostCharacters);
      });
      return ['~', is, was];
    }),
    ...inserted.map((row): PageRow => ['+', whole(row)]),
    ...deleted.map((row): PageRow => ['-', whole(row)]),
  ];
}

function shown(value: Value, most: number): Shown {
  if (value === null) return null;
  const text =
    value instanceof Uint8Array ? `0x${Buffer.from(value).toString('hex')}` : String(value);
  if (text.length <= most) return text.toWellFormed();
  return `${text.slice(0, most).toWellFormed()}… (${text.length - most} more characters)`;
}
