import { quote } from '../quote.js';
import { type KeyPart, keptAs, type Shape, type UniquePart } from './shape.js';

/**
 * Triggers that log the rows of a table as they are before each change. The first entry of a row
 * since a checkpoint tells what it was then, so an entry too many does no harm, and one that comes
 * late does: a trigger that fires before ours may change the row again. All is logged BEFORE it
 * happens, the absence of a row that is to be inserted too.
 *
 * REPLACE deletes rows without a word where `recursive_triggers` is off, so the rows that a new row
 * could push away are logged with it.
 */
export function triggersOf(shape: Shape): string[] {
  const trigger = (kind: string, when: string, statements: readonly string[]) =>
    `CREATE TRIGGER "hfit_${shape.id}_${kind}" ${when} BEGIN ${statements.map((it) => `${it};`).join(' ')} END`;
  const tableKeys = shape.keys.map(({ column }) => `hfit_t.${column}`);
  const another = `NOT (${sameKey(shape, tableKeys, oldKeys(shape))})`;
  const moved = `NOT (${sameKey(shape, newKeys(shape), oldKeys(shape))})`;
  const on = `ON ${quote(shape.table.name)}`;
  const pushed = [...clashing(shape), sameKey(shape, tableKeys, newKeys(shape))];
  return [
    trigger('insert', `BEFORE INSERT ${on}`, [
      ...pushed.map((it) => present(shape, it)),
      absent(shape, shape.rowid ? [numberToCome(shape)] : newKeys(shape)),
    ]),
    // It may have got another number than the one after the last.
    trigger('inserted', `AFTER INSERT ${on} WHEN (${lastEntryIs(shape)}) IS NOT 1`, [
      absent(shape, newKeys(shape)),
    ]),
    trigger('update', `BEFORE UPDATE ${on}`, [was(shape)]),
    trigger('clash', `BEFORE UPDATE ${ofKeys(shape)}${on}`, [
      ...pushed.map((it) => present(shape, `${it} AND ${another}`)),
      absent(shape, newKeys(shape), `WHERE ${moved}`),
    ]),
    trigger('delete', `BEFORE DELETE ${on}`, [was(shape)]),
  ];
}

function into(columns: readonly string[]): string {
  return `INSERT INTO hfit_log (${['tbl', 'present', ...columns].join(', ')})`;
}

/** Where the log keeps each part of a row, and what it is. */
function whole(shape: Shape, prefix: string): Map<string, string> {
  return new Map([
    ...(shape.rowid ? [['k', `${prefix}.${shape.keys[0]?.column}`] as const] : []),
    ...shape.columns.map(
      (name) => [keptAs(shape.columns, name), `${prefix}.${quote(name)}`] as const,
    ),
  ]);
}

/** Logs the row that is about to change. */
function was(shape: Shape): string {
  const row = whole(shape, 'OLD');
  return `${into([...row.keys()])} VALUES (${[shape.id, 1, ...row.values()].join(', ')})`;
}

/** Logs the rows of the table that fulfil a condition. */
function present(shape: Shape, condition: string): string {
  const row = whole(shape, 'hfit_t');
  const values = [shape.id, 1, ...row.values()].join(', ');
  return `${into([...row.keys()])} SELECT ${values} FROM ${quote(shape.table.name)} hfit_t WHERE ${condition}`;
}

/** Logs that no row has this key; where one has it, it has to be logged before. */
function absent(shape: Shape, keys: readonly string[], condition = ''): string {
  const values = [shape.id, 0, ...keys].join(', ');
  return `${into(shape.keys.map(({ kept }) => kept))} SELECT ${values} ${condition}`;
}

function sameKey(shape: Shape, a: readonly string[], b: readonly string[]): string {
  const collated = ({ collation }: KeyPart) => (shape.rowid ? '' : ` COLLATE ${quote(collation)}`);
  return shape.keys.map((key, i) => `${a[i]} = ${b[i]}${collated(key)}`).join(' AND ');
}

const oldKeys = ({ keys }: Shape) => keys.map(({ column }) => `OLD.${column}`);

function newKeys(shape: Shape): string[] {
  return shape.keys.map(({ column }) => newValue(shape, column));
}

/** Where NULL is not allowed, REPLACE takes the default for it. */
function newValue({ table, defaults }: Shape, quoted: string): string {
  const column = table.columns.find(({ name }) => quote(name) === quoted);
  const value = column && defaults[column.name];
  return value === undefined ? `NEW.${quoted}` : `coalesce(NEW.${quoted}, ${value})`;
}

/**
 * Before an insert, -1 stands for a number that SQLite will choose: mostly the one after the last.
 * A look at the counters of AUTOINCREMENT would cost more than all the rest.
 */
function numberToCome({ keys, table }: Shape): string {
  const number = `NEW.${keys[0]?.column}`;
  const next = `(SELECT coalesce(max(${keys[0]?.column}) + 1, 1) FROM ${quote(table.name)})`;
  return `CASE WHEN ${number} = -1 THEN ${next} ELSE ${number} END`;
}

function lastEntryIs({ id, keys }: Shape): string {
  const same = keys.map(({ kept, column }) => `${kept} IS NEW.${column}`).join(' AND ');
  return `SELECT tbl = ${id} AND ${same} FROM hfit_log ORDER BY id DESC LIMIT 1`;
}

/** Conditions for the rows that have a unique value of the new row. */
function clashing(shape: Shape): string[] {
  return shape.uniques.map((unique) => unique.map((part) => samePart(shape, part)).join(' AND '));
}

function samePart(shape: Shape, { column, expression, collation }: UniquePart): string {
  if (collation === null) return expression;
  const to = `COLLATE ${quote(collation)}`;
  if (column !== null) return `hfit_t.${expression} = ${newValue(shape, expression)} ${to}`;
  const row = shape.table.columns.map(
    ({ name }) => `${newValue(shape, quote(name))} AS ${quote(name)}`,
  );
  return `${expression} ${to} = (SELECT ${expression} FROM (SELECT ${row.join(', ')}))`;
}

/**
 * Only updates that name a part of a key are compiled with what they could push away. SQLite takes
 * any name in the list, so those of the number of a row are in it, whatever the table calls it. What
 * is computed, an expression or a generated column, no update names.
 */
function ofKeys({ table, keys, uniques, rowid }: Shape): string {
  const parts = uniques.flat();
  const computed = new Set(table.columns.filter((it) => it.generated).map(({ name }) => name));
  if (parts.some(({ column }) => column === null || computed.has(column))) return '';
  const names = [...keys.map(({ column }) => column), ...parts.map(({ expression }) => expression)];
  return `OF ${[...new Set([...names, ...(rowid ? ['rowid', 'oid', '_rowid_'] : [])])].join(', ')} `;
}
