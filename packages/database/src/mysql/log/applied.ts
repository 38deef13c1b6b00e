import type { Column, Table, TableName } from '../../model.js';
import { quote, quoteTable } from '../quote.js';

/*
 * After a row that UPDATE IGNORE has left alone, MariaDB fires the triggers as if it had been
 * changed. Of a row with a key that does no harm; of one without, it has to be found out.
 */

/** Whether what was a key of the row is still in the table: then it was not changed. */
export function isLeftAlone(table: Table): string {
  return anyOf(
    uniqueKeys(table).map((key) => {
      const unchanged = key('OLD').map((it, i) => sameBytes(it, key('NEW')[i] as string));
      const there = key('x').flatMap((it, i) => {
        const old = key('OLD')[i] as string;
        return [`${it} = ${old}`, sameBytes(it, old)];
      });
      return `NOT (${unchanged.join(' AND ')}) AND ${exists(table, there)}`;
    }),
  );
}

/** Whether another row has the key that this one is to get, asked beforehand; null where none can. */
export function isTaken(table: Table): string | null {
  const nullable = new Set(table.columns.filter((it) => it.nullable).map((it) => quote(it.name)));
  // What never was null is told afterwards, by `isLeftAlone`.
  const keys = uniqueKeys(table).filter((key) =>
    key('').some((it) => !it.startsWith('.') || nullable.has(it.slice(1))),
  );
  if (keys.length === 0) return null;
  return anyOf(
    keys.map((key) => {
      const unchanged = key('OLD').map((it, i) => `${it} <=> ${key('NEW')[i]}`);
      const there = key('x').map((it, i) => `${it} = ${key('NEW')[i]}`);
      return `NOT (${unchanged.join(' AND ')}) AND ${exists(table, there)}`;
    }),
  );
}

/** Whether a row was to point to one that is not there. */
export function isOrphan(table: Table): string {
  return anyOf(
    table.foreignKeys.map(({ columns, target, targetColumns }) => {
      const unchanged = columns.map((it) => `OLD.${quote(it)} <=> NEW.${quote(it)}`);
      const points = columns.map((it) => `NEW.${quote(it)} IS NOT NULL`);
      const there = targetColumns.map(
        (it, i) => `x.${quote(it)} = NEW.${quote(columns[i] as string)}`,
      );
      return [
        '@@SESSION.foreign_key_checks = 1',
        `NOT (${unchanged.join(' AND ')})`,
        ...points,
        `NOT ${exists(target, there, ' LOCK IN SHARE MODE')}`,
      ].join(' AND ');
    }),
  );
}

export function anyOf(conditions: readonly string[]): string {
  return conditions.map((it) => `(${it})`).join(' OR ') || 'FALSE';
}

/** @param lock only for what others may have written just now: a gap that is locked keeps them out */
function exists(table: TableName, conditions: readonly string[], lock = ''): string {
  return `EXISTS (SELECT 1 FROM ${quoteTable(table)} x WHERE ${conditions.join(' AND ')}${lock})`;
}

/** Each as expressions over a row of the given name. */
function uniqueKeys(table: Table): ((row: string) => string[])[] {
  const { primaryKey, uniques, uniqueIndexes } = table;
  const whole = primaryKey ? [primaryKey, ...uniques] : uniques;
  return [
    ...whole.map(
      ({ columns }) =>
        (row: string) =>
          columns.map((it) => `${row}.${quote(it)}`),
    ),
    ...uniqueIndexes.map(
      ({ expressions }) =>
        (row: string) =>
          expressions.map((it) => it.replace(/`(?:[^`]|``)+`/g, (column) => `${row}.${column}`)),
    ),
  ];
}

/** A value that differs in case alone is the same to its collation, but is passed on by keys. */
export function sameBytes(one: string, other: string, kind: Column['kind'] = 'text'): string {
  const binary = kind === 'text' || kind === 'enum' ? 'BINARY ' : '';
  return `${binary}${one} <=> ${binary}${other}`;
}
