import { HfitError } from '@hot-fixture/errors';
import { ownRowsOf, type RowUpdate } from '../dialect.js';
import type { Driver, Session } from '../driver.js';
import { rowKey } from '../key.js';
import { type Column, qualified, type Row, type Table, type Value } from '../model.js';
import { insertRows, type RefusedRow } from './insert-rows.js';

/** What becomes of a row that is there, where one of the same key comes. */
export type OnConflict = 'update' | 'keep';

export interface Merged {
  readonly inserted: number;
  readonly updated: number;
  /** There before, and left as they were. */
  readonly kept: number;
}

/**
 * Writes rows over those of the same key, and adds the others.
 * @returns the row that was refused, or what was done
 * @throws HFIT_LOAD_MERGE where the rows have no key to be found by
 */
export async function mergeRows(
  { dialect, location }: Driver,
  session: Session,
  table: Table,
  columns: readonly Column[],
  rows: readonly Row[],
  onConflict: OnConflict,
): Promise<Merged | RefusedRow> {
  const key = rowKey(table) ?? keyWithNulls(table);
  const places = (key ?? []).map((name) => columns.findIndex((column) => column.name === name));
  const keys = rows.map((row) => places.map((at) => row[at] ?? null));
  if (!key || places.includes(-1) || keys.some((values) => values.includes(null))) {
    const why = whyNoKey(table, key, !places.includes(-1));
    throw new HfitError('HFIT_LOAD_MERGE', { table: qualified(table), database: location, ...why });
  }
  const keyColumns = places.map((at) => columns[at] as Column);
  const { sql, parameters } = dialect.keyedBy(keyColumns, keys, 0);
  const selected = columns.map((column) => dialect.selected(column)).join(', ');
  const found = await session.query(
    `SELECT ${selected} FROM ${ownRowsOf(dialect, table)} WHERE ${sql}`,
    parameters,
  );
  const there = new Map(found.map((row) => [textOf(places.map((at) => row[at] ?? null)), row]));
  const fresh: Row[] = [];
  const updates: RowUpdate[] = [];
  rows.forEach((after, i) => {
    const before = there.get(textOf(keys[i] as Row));
    if (!before) fresh.push(after);
    else if (onConflict === 'update' && textOf(before) !== textOf(after)) {
      updates.push({ before, after });
    }
  });
  if (updates.length > 0) {
    const refused = await update(dialect, session, table, columns, key, updates);
    if (refused) return refused;
  }
  const refused =
    fresh.length === 0 ? null : await insertRows(dialect, session, table, columns, fresh);
  if (refused) return refused;
  const kept = rows.length - fresh.length - updates.length;
  return { inserted: fresh.length, updated: updates.length, kept };
}

/** A primary key of SQLite may hold nulls, and tells all rows apart that have none in it. */
function keyWithNulls({ primaryKey, columns }: Table): readonly string[] | null {
  const isGenerated = (name: string) => columns.find((it) => it.name === name)?.generated;
  return primaryKey && !primaryKey.columns.some(isGenerated) ? primaryKey.columns : null;
}

/**
 * @param key one that the table has, and that does not come, or not whole
 * @param comes whether its columns do
 */
function whyNoKey(
  table: Table,
  key: readonly string[] | null,
  comes: boolean,
): { reason: string; advice: string } {
  const list = (key ?? table.primaryKey?.columns ?? []).join(', ');
  if (key && comes) {
    return {
      reason: `its key (${list}) is NULL in one that comes`,
      advice: `Leave such rows of ${qualified(table)} out`,
    };
  }
  if (key) {
    return {
      reason: `its key (${list}) does not come with them`,
      advice: `Let the policy keep or mask ${list}`,
    };
  }
  if (table.primaryKey) {
    return {
      reason: `its key (${list}) is generated`,
      advice: `Give ${qualified(table)} another key`,
    };
  }
  return {
    reason: 'it has no key to find them by',
    advice: `Give ${qualified(table)} a primary key`,
  };
}

/** One by one only where they are not taken together, to tell which of them it is. */
async function update(
  dialect: Driver['dialect'],
  session: Session,
  table: Table,
  columns: readonly Column[],
  key: readonly string[],
  updates: readonly RowUpdate[],
): Promise<RefusedRow | null> {
  await session.run('SAVEPOINT hfit_merge');
  try {
    const done = await dialect.updateRows(session, table, columns, key, updates);
    if (done < updates.length)
      throw new Error('a row was changed by something while it was loaded');
    await session.run('RELEASE SAVEPOINT hfit_merge');
    return null;
  } catch (cause) {
    const { reason, end } = dialect.explain(cause);
    if (end) throw cause;
    await session.run('ROLLBACK TO SAVEPOINT hfit_merge');
    if (updates.length === 1) return { row: (updates[0] as RowUpdate).after, reason, cause };
  }
  for (const one of updates) {
    const refused = await update(dialect, session, table, columns, key, [one]);
    if (refused) return refused;
  }
  return null;
}

/** Rows have one text where all their values are the same to the bit. */
function textOf(row: readonly Value[]): string {
  return JSON.stringify(
    row.map((value) => {
      if (value === null || typeof value === 'string') return value;
      if (value instanceof Uint8Array) return { b: Buffer.from(value).toString('base64') };
      return { n: `${typeof value}${String(value)}` };
    }),
  );
}
