import type { Dialect, RowUpdate } from '../dialect.js';
import type { Session } from '../driver.js';
import type { Column, Row, Table } from '../model.js';
import { keyedBy } from './bind.js';
import { imageOf, imageOfRow, selected } from './image.js';
import { valueLiteral } from './insert.js';
import { muteTriggers } from './mute.js';
import { readSequences, writeSequences } from './numbering.js';
import { quote, quoteTable } from './quote.js';
import type { MysqlSession } from './session.js';

/** How many rows are looked up by their keys at a time. */
const batchSize = 500;

/*
 * Rows are locked, read and compared here in the form in which values travel, so they are the same
 * to the bit; no collation is asked whether 'a' is 'A'.
 */

export const edit: Pick<
  Dialect,
  'muteTriggers' | 'deleteRows' | 'updateRows' | 'readSequences' | 'writeSequences' | 'checksum'
> = {
  muteTriggers,
  readSequences,
  writeSequences,

  async deleteRows(session, table, columns, key, rows) {
    if (!key) return deleteWhole(session, table, columns, rows);
    let count = 0;
    for (const batch of batches(rows)) {
      const present = await presentRows(session, table, columns, key, batch);
      const found = distinct(columns, batch).filter((row) => present.has(imageOfRow(columns, row)));
      if (found.length > 0) {
        await session.run(`DELETE FROM ${quoteTable(table)} WHERE ${keyed(columns, key, found)}`);
      }
      count += found.length;
    }
    return count;
  },

  async updateRows(session, table, columns, key, updates) {
    let count = 0;
    for (const batch of batches(updates)) {
      const before = batch.map((it) => it.before);
      const present = await presentRows(session, table, columns, key, before);
      const found = batch.filter((it) => present.has(imageOfRow(columns, it.before)));
      for (const update of found) await writeOver(session, table, columns, key, update);
      count += found.length;
    }
    return count;
  },

  async checksum(session, table) {
    const columns = table.columns.filter(({ generated }) => !generated);
    const half = (from: number) =>
      `COALESCE(SUM(CAST(CONV(SUBSTR(image, ${from}, 16), 16, 10) AS UNSIGNED)), 0)`;
    const [row] = await session.query(
      `SELECT CONCAT_WS(':', COUNT(*), ${half(1)}, ${half(17)})
       FROM (SELECT ${imageOf(columns)} AS image FROM ${quoteTable(table)}) x`,
    );
    return row?.[0] as string;
  },
};

function* batches<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < list.length; i += batchSize) yield list.slice(i, i + batchSize);
}

function distinct(columns: readonly Column[], rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [imageOfRow(columns, row), row])).values()];
}

/** A condition that finds rows by their keys, with the index of the key. */
function keyed(columns: readonly Column[], key: readonly string[], rows: readonly Row[]): string {
  const at = key.map((name) => columns.findIndex((column) => column.name === name));
  const keyColumns = at.map((i) => columns[i] as Column);
  return keyedBy(
    keyColumns,
    rows.map((row) => at.map((i) => row[i] ?? null)),
  ).sql;
}

/** The images of the rows that are there under the keys of the given ones; they are locked. */
async function presentRows(
  session: Session,
  table: Table,
  columns: readonly Column[],
  key: readonly string[],
  rows: readonly Row[],
): Promise<Set<string>> {
  const list = columns.map((column) => selected(column)).join(', ');
  const found = await session.query(
    `SELECT ${list} FROM ${quoteTable(table)} WHERE ${keyed(columns, key, rows)} FOR UPDATE`,
  );
  return new Set(found.map((row) => imageOfRow(columns, row)));
}

async function writeOver(
  session: Session,
  table: Table,
  columns: readonly Column[],
  key: readonly string[],
  { before, after }: RowUpdate,
): Promise<void> {
  const given = new Set(columns.map(({ name }) => name));
  // A column ON UPDATE is left alone by the server only where it is assigned.
  const kept = table.columns.filter(({ name, generated }) => !generated && !given.has(name));
  const assign = (value: (i: number) => string) =>
    [
      ...columns.map(({ name }, i) => `${quote(name)} = ${value(i)}`),
      ...kept.map(({ name }) => `${quote(name)} = ${quote(name)}`),
    ].join(', ');
  const statement = (value: (i: number) => string) =>
    `UPDATE ${quoteTable(table)} SET ${assign(value)} WHERE ${keyed(columns, key, [before])}`;
  const sql = statement((i) => valueLiteral(after[i] ?? null));
  const { maxPacket, execute } = session as MysqlSession;
  if (Buffer.byteLength(sql) < maxPacket - 1024) await session.run(sql);
  else
    await execute(
      statement(() => '?'),
      after,
    );
}

/**
 * Without a key, rows are found by a scan for their images. Of equal rows as many go as are given.
 */
async function deleteWhole(
  session: Session,
  table: Table,
  columns: readonly Column[],
  rows: readonly Row[],
): Promise<number> {
  const wanted = new Map<string, number>();
  for (const row of rows) {
    const image = imageOfRow(columns, row);
    wanted.set(image, (wanted.get(image) ?? 0) + 1);
  }
  let count = 0;
  for (const batch of batches([...wanted]))
    count += await deleteImages(session, table, columns, batch);
  return count;
}

/** @param images each with the number of rows of it that go */
export async function deleteImages(
  session: Session,
  table: Table,
  columns: readonly Column[],
  images: readonly (readonly [image: string, count: number])[],
): Promise<number> {
  const [name, image] = [quoteTable(table), imageOf(columns)];
  const list = (some: readonly string[]) => some.map((it) => `'${it}'`).join(', ');
  const there = new Map(
    (await session.query(
      `SELECT image, COUNT(*) FROM (SELECT ${image} AS image FROM ${name} FOR UPDATE) x
       WHERE image IN (${list(images.map(([it]) => it))}) GROUP BY image`,
    )) as unknown as [string, string][],
  );
  const whole: string[] = [];
  let count = 0;
  for (const [it, wanted] of images) {
    const present = Number(there.get(it) ?? 0);
    count += Math.min(present, wanted);
    if (present === 0) continue;
    if (present <= wanted) whole.push(it);
    else await session.run(`DELETE FROM ${name} WHERE ${image} = '${it}' LIMIT ${wanted}`);
  }
  if (whole.length > 0) await session.run(`DELETE FROM ${name} WHERE ${image} IN (${list(whole)})`);
  return count;
}
