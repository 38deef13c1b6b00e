import type { Dialect, RowStream } from '../dialect.js';
import type { Session } from '../driver.js';
import type { Column, Table, Value } from '../model.js';
import { copyColumns } from './copy.js';
import { literal, quoteTable } from './quote.js';
import { anyForm, settledForm } from './settled.js';

type Lists = readonly (readonly Value[])[];

/** By COPY, which the server reads while the next rows are made. */
export const streamRows: NonNullable<Dialect['streamRows']> = async (
  session,
  table,
  columns,
  first,
  count,
) => {
  const { columns: all } = table;
  const forms = all.map(settledForm);
  const places = all.map((column) => columns.indexOf(column));
  const left = all.filter((_, i) => places[i] === -1);
  const numbered = left.find(isNumbered);
  if (forms.includes(null) || left.some((it) => it !== numbered && !isFixed(it))) return null;
  const holds = (lists: Lists) =>
    places.every((at, i) => at === -1 || isSettled(forms[i] as RegExp, lists[at] ?? []));
  if (!holds(first)) return null;
  const given = await defaults(session, table, left, numbered, count);
  if (!given) return null;
  let from = 0;
  const stream: RowStream = {
    complete(lists) {
      if (!holds(lists)) return null;
      const size = lists[0]?.length ?? 0;
      from += size;
      return all.map((column, i) => {
        const at = places[i] as number;
        if (at !== -1) return lists[at] as readonly Value[];
        if (column === numbered) return given.numbers.slice(from - size, from);
        return new Array(size).fill(given.values.get(column) ?? null);
      });
    },
    write: (batches) => copyColumns(session, table, all, batches),
  };
  return stream;
};

function isSettled(form: RegExp, list: readonly Value[]): boolean {
  if (form === anyForm) return true;
  for (const value of list) if (value !== null && !form.test(value as string)) return false;
  return true;
}

function isNumbered({ identity, default: value }: Column): boolean {
  return identity !== null || /^nextval\('[^']*'::regclass\)$/.test(value ?? '');
}

const constant =
  /^(-?\d+(\.\d+)?|true|false|now\(\)|CURRENT_(TIMESTAMP|DATE)|'([^'\\]|'')*'::[\w. ]+(\(\d+(,\d+)?\))?)$/;

/** The same in all rows of a transaction. */
function isFixed({ default: value, generated }: Column): boolean {
  return !generated && (value === null || constant.test(value));
}

/**
 * What the server would put into columns that no value is given for.
 * @returns null where something may change or leave out a row before it is written, and where the
 *   number is not from a sequence of the column that the role may use
 */
async function defaults(
  session: Session,
  table: Table,
  left: readonly Column[],
  numbered: Column | undefined,
  count: number,
): Promise<{ numbers: readonly string[]; values: Map<Column, Value> } | null> {
  const name = literal(quoteTable(table));
  const sequence = `pg_get_serial_sequence(${name}, ${literal(numbered?.name ?? '')})::regclass`;
  const numbers = numbered
    ? `(SELECT string_agg(nextval(s)::text, ',') FROM (SELECT ${sequence} AS s OFFSET 0) o,
         generate_series(1, ${count}) WHERE has_sequence_privilege(s, 'USAGE'))`
    : `''`;
  const fixed = left.filter((it) => it !== numbered && it.default !== null);
  // A cast to a length would cut the value, which the column refuses.
  const typeOf = ({ type }: Column) => type.replace(/^(character varying)\(\d+\)$/, '$1');
  const each = fixed.map((column) => `, (${column.default})::${typeOf(column)}`);
  const [row] = await session.query(
    `SELECT CASE WHEN c.relkind = 'r' AND NOT c.relhasrules AND NOT EXISTS (
         SELECT 1 FROM pg_trigger t
         WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 2 = 2)
       AND NOT EXISTS (SELECT 1 FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
         WHERE a.attrelid = c.oid AND y.typdefault IS NOT NULL)
       THEN ${numbers} END${each.join('')}
     FROM pg_class c WHERE c.oid = ${name}::regclass`,
  );
  const [list, ...values] = row ?? [];
  if (typeof list !== 'string') return null;
  return {
    numbers: list === '' ? [] : list.split(','),
    values: new Map(fixed.map((column, i) => [column, values[i] ?? null])),
  };
}
