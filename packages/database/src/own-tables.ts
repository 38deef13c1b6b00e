import { type Dialect, ownRowsOf, quoteTable } from './dialect.js';
import type { Session } from './driver.js';
import type { Column, Table, TableName } from './model.js';

/*
 * Tables of our own, made by plain SQL: copies of tables, and notes about them. `introspect` never
 * shows them.
 */

/** Something to remember in the database, under a number. */
export interface Note {
  readonly position: number;
  /** As JSON. */
  readonly content: unknown;
}

/** Makes a table with the same rows, of the given columns and without keys. */
export async function copyTable(
  dialect: Dialect,
  session: Session,
  table: Table,
  columns: readonly Column[],
  copy: TableName,
): Promise<void> {
  const list = columns.map(({ name }) => dialect.quote(name)).join(', ');
  await session.run(
    `CREATE TABLE ${quoteTable(dialect, copy)} AS SELECT ${list} FROM ${ownRowsOf(dialect, table)}`,
  );
}

/** Drops tables where they are there. */
export async function dropTables(
  dialect: Dialect,
  session: Session,
  tables: readonly TableName[],
): Promise<void> {
  for (const statement of dialect.drop(tables)) await session.run(statement);
}

/** Deletes all rows of tables, one after the other, but none of their heirs. */
export async function deleteAll(
  dialect: Dialect,
  session: Session,
  ...tables: readonly Table[]
): Promise<void> {
  const statements = tables.map((table) => `DELETE FROM ${ownRowsOf(dialect, table)}`);
  if (session.runAll && statements.length > 1) await session.runAll(statements);
  else for (const statement of statements) await session.run(statement);
}

/** Makes the table of notes where it is absent. */
export async function makeNotes(dialect: Dialect, session: Session): Promise<void> {
  const { schema } = notes(dialect);
  if (schema !== '') {
    for (const statement of dialect.createSchema(schema)) await session.run(statement);
  }
  await session.run(
    `CREATE TABLE IF NOT EXISTS ${quoteTable(dialect, notes(dialect))} (${quoted(dialect, 0)} INTEGER NOT NULL,` +
      ` ${quoted(dialect, 1)} INTEGER NOT NULL, ${quoted(dialect, 2)} VARCHAR(2000) NOT NULL)`,
  );
}

/** The notes in the order of their numbers. Fails where there is no table of them. */
export async function readNotes(dialect: Dialect, session: Session): Promise<Note[]> {
  const [position, part, content] = [0, 1, 2].map((i) => quoted(dialect, i));
  const rows = await session.query(
    `SELECT ${position}, ${content} FROM ${quoteTable(dialect, notes(dialect))} ORDER BY ${position}, ${part}`,
  );
  const texts = new Map<number, string>();
  for (const [at, text] of rows) {
    texts.set(Number(at), `${texts.get(Number(at)) ?? ''}${text}`);
  }
  return [...texts].map(([at, text]) => ({ position: at, content: JSON.parse(text) }));
}

export async function writeNote(
  dialect: Dialect,
  session: Session,
  { position, content }: Note,
): Promise<void> {
  // Plain ASCII in short pieces fits every character set and every limit.
  const text = JSON.stringify(content).replace(
    /[\u007f-\uffff]/g,
    (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const list = [0, 1, 2].map((i) => quoted(dialect, i)).join(', ');
  const values = [1, 2, 3].map((n) => dialect.placeholder(n)).join(', ');
  const sql = `INSERT INTO ${quoteTable(dialect, notes(dialect))} (${list}) VALUES (${values})`;
  for (const [i, piece] of (text.match(/.{1,1500}/g) ?? []).entries()) {
    await session.query(sql, [String(position), String(i), piece]);
  }
}

/** Forgets one note; without a number, drops the table, and the schema if nothing else is in it. */
export async function removeNotes(
  dialect: Dialect,
  session: Session,
  position?: number,
): Promise<void> {
  const table = notes(dialect);
  if (position !== undefined) {
    await session.query(
      `DELETE FROM ${quoteTable(dialect, table)} WHERE ${quoted(dialect, 0)} = ${dialect.placeholder(1)}`,
      [String(position)],
    );
    return;
  }
  await dropTables(dialect, session, [table]);
  if (table.schema === '') return;
  await session.run('SAVEPOINT hfit_schema');
  await session
    .run(`DROP SCHEMA ${dialect.quote(table.schema)}`)
    .catch(() => session.run('ROLLBACK TO SAVEPOINT hfit_schema'));
}

const notes = (dialect: Dialect) => dialect.ownTable('copies');

const quoted = (dialect: Dialect, i: number) =>
  dialect.quote(['position', 'part', 'content'][i] as string);
