import { HfitError } from '@hot-fixture/errors';
import type { Dialect } from '../dialect.js';
import { type Column, qualified, type Table, type Value, type ValueKind } from '../model.js';
import { isDate } from './date.js';
import { assertOwnColumns } from './own-columns.js';
import { seekAfter } from './seek.js';
import type { Condition, Filter, Operand } from './tree.js';

/** The values of the variables of a filter, as text. */
export type Variables = Readonly<Record<string, string>>;

export interface Compiled {
  /** ` WHERE … ORDER BY … LIMIT …`, or a part of it, or empty. */
  readonly sql: string;
  readonly parameters: readonly Value[];
}

/**
 * Writes a filter as SQL of a dialect. Columns are those of the table, values are bound.
 * @throws HFIT_COLUMN_UNKNOWN, HFIT_FILTER_TYPE, HFIT_FILTER_VARIABLE
 */
export function compileFilter(
  dialect: Dialect,
  table: Table,
  filter: Filter,
  variables: Variables,
): Compiled {
  assertOwnColumns(filter, table);
  const parameters: Value[] = [];
  const bound = (column: Column, operand: Operand): string => {
    const text = numbered(dialect, column, fill(operand, variables));
    if (!fits(column.kind, text)) {
      const { name, type } = column;
      throw new HfitError('HFIT_FILTER_TYPE', {
        column: `${qualified(table)}.${name}`,
        type,
        value: JSON.stringify(text),
      });
    }
    parameters.push(dialect.bind(column, text));
    return dialect.placeholder(parameters.length, column);
  };

  const write = (condition: Condition): string => {
    if (condition.kind === 'and' || condition.kind === 'or') {
      return `(${condition.parts.map(write).join(` ${condition.kind.toUpperCase()} `)})`;
    }
    if (condition.kind === 'not') return `NOT (${write(condition.part)})`;
    if (condition.kind === 'after') {
      const ordered = condition.order.map((it) => ({
        ...it,
        column: findColumn(table, it.column),
      }));
      return seekAfter(dialect, ordered, condition.values, (column, value) => {
        parameters.push(value);
        return dialect.placeholder(parameters.length, column);
      });
    }
    const column = findColumn(table, condition.column);
    const name = dialect.quote(column.name);
    if (condition.kind === 'null') return `${name} IS ${condition.negated ? 'NOT ' : ''}NULL`;
    if (condition.kind === 'compare') {
      return `${name} ${condition.operator} ${bound(column, condition.value)}`;
    }
    const not = condition.negated ? 'NOT ' : '';
    if (condition.kind === 'in') {
      return `${name} ${not}IN (${condition.values.map((value) => bound(column, value)).join(', ')})`;
    }
    if (condition.kind === 'between') {
      return `${name} ${not}BETWEEN ${bound(column, condition.low)} AND ${bound(column, condition.high)}`;
    }
    if (column.kind !== 'text') {
      throw new HfitError('HFIT_FILTER_TYPE', {
        column: `${qualified(table)}.${column.name}`,
        type: column.type,
        value: 'a LIKE pattern',
      });
    }
    return `${name} ${not}LIKE ${bound(column, condition.pattern)}`;
  };

  const parts: string[] = [];
  if (filter.where) parts.push(` WHERE ${write(filter.where)}`);
  if (filter.orderBy.length > 0) {
    const orders = filter.orderBy.map(({ column, descending }) => {
      return dialect.quote(findColumn(table, column).name) + (descending ? ' DESC' : '');
    });
    parts.push(` ORDER BY ${orders.join(', ')}`);
  }
  if (filter.limit) parts.push(` LIMIT ${limit(filter.limit, variables)}`);
  return { sql: parts.join(''), parameters };
}

/** The column of that name; where no name is the same to the letter, the one that differs in case. */
export function findColumn(table: Table, name: string): Column {
  const exact = table.columns.find((column) => column.name === name);
  const folded = table.columns.filter((column) => column.name.toLowerCase() === name.toLowerCase());
  const found = exact ?? (folded.length === 1 ? folded[0] : undefined);
  if (found) return found;
  throw new HfitError('HFIT_COLUMN_UNKNOWN', {
    table: qualified(table),
    column: name,
    columns: table.columns.map((column) => column.name).join(', '),
  });
}

function fill(operand: Operand, variables: Variables): string {
  return operand.pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      if (Object.hasOwn(variables, piece.variable)) return variables[piece.variable] as string;
      throw new HfitError('HFIT_FILTER_VARIABLE', {
        variable: piece.variable,
        known: Object.keys(variables).join(', ') || 'none',
      });
    })
    .join('');
}

/** TRUE is another word for 1 where a dialect has no type of its own for it. */
function numbered(dialect: Dialect, column: Column, text: string): string {
  if (!dialect.capabilities.truthIsNumber || column.kind !== 'integer') return text;
  return text.replace(/^true$/i, '1').replace(/^false$/i, '0');
}

/** A limit is digits and nothing else, so that it may stand in the text. */
function limit(operand: Operand, variables: Variables): string {
  const text = fill(operand, variables);
  if (/^\d{1,15}$/.test(text)) return text;
  throw new HfitError('HFIT_FILTER_TYPE', {
    column: 'LIMIT',
    type: 'a whole number',
    value: JSON.stringify(text),
  });
}

const number = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const timestamp =
  /^\d{4,}-\d{2}-\d{2}([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?\s*(Z|[+-](0\d|1[0-5])(:?[0-5]\d)?)?)?$/;

const shapes: Record<ValueKind, RegExp | null> = {
  text: /^/,
  enum: /^/,
  integer: /^[+-]?\d{1,30}$/,
  decimal: number,
  float: number,
  boolean: /^(true|false|0|1)$/i,
  date: timestamp,
  timestamp,
  time: /^\d{1,3}:[0-5]\d(:[0-5]\d(\.\d{1,9})?)?([+-](0\d|1[0-5])(:?[0-5]\d)?)?$/,
  uuid: /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i,
  json: null,
  binary: null,
  array: null,
  other: null,
};

/** Whether a text can be compared with a column of that kind, without a surprise. */
function fits(kind: ValueKind, text: string): boolean {
  if (!shapes[kind]?.test(text)) return false;
  return (kind !== 'date' && kind !== 'timestamp') || isDate(text);
}
