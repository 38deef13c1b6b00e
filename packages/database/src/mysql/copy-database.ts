import type { Row } from '../model.js';
import { tableTypes } from './catalog.js';
import { literal, quote } from './quote.js';
import { settings } from './settings.js';
import { type Connection, send } from './wire.js';

/**
 * Copies all that a database holds into the empty one that the connection is in: sequences, tables
 * with their rows and numbering, routines, views, triggers and events.
 * @param without views that stay behind
 */
export async function copyDatabase(
  connection: Connection,
  from: string,
  without: readonly string[],
): Promise<void> {
  const ask = (sql: string) => send(connection, sql);
  const [[version] = []] = await ask('SELECT VERSION()');
  const isMariadb = /mariadb/i.test(String(version));
  // What names its own database is to name the copy.
  const own = (text: unknown) => String(text).replaceAll(`${quote(from)}.`, '');
  const shown = async (what: string, name: string) =>
    (await ask(`SHOW CREATE ${what} ${quote(from)}.${quote(name)}`))[0] as Row;
  const named = async (table: string, column: string, condition: string) =>
    (
      await ask(
        `SELECT ${column} FROM information_schema.${table} WHERE ${condition.replace('$from', literal(from))} ORDER BY 1`,
      )
    ).map(([name]) => String(name));

  await ask(settings);
  await ask('SET SESSION foreign_key_checks = 0, SESSION unique_checks = 0');
  if (isMariadb) {
    for (const name of await named(
      'TABLES',
      'TABLE_NAME',
      `TABLE_SCHEMA = $from AND TABLE_TYPE = 'SEQUENCE'`,
    )) {
      await ask(own((await shown('SEQUENCE', name))[1]));
      const [[next] = []] = await ask(
        `SELECT next_not_cached_value FROM ${quote(from)}.${quote(name)}`,
      );
      await ask(`SELECT SETVAL(${quote(name)}, ${next}, 0)`);
    }
  }
  const tables = await named(
    'TABLES',
    'TABLE_NAME',
    `TABLE_SCHEMA = $from AND TABLE_TYPE IN ${tableTypes}`,
  );
  for (const name of tables) await ask(own((await shown('TABLE', name))[1]));
  for (const name of tables) await copyRows(connection, from, name);

  // A routine, a trigger or an event acts by the mode and the character set that it was made in.
  const made = async (
    mode: unknown,
    statement: unknown,
    characters: unknown,
    collation: unknown,
  ) => {
    await ask(
      `SET SESSION sql_mode = ${literal(String(mode))}, character_set_client = ${literal(String(characters))}, collation_connection = ${literal(String(collation))}`,
    );
    await ask(own(statement));
  };
  for (const type of ['FUNCTION', 'PROCEDURE']) {
    const condition = `ROUTINE_SCHEMA = $from AND ROUTINE_TYPE = '${type}'`;
    for (const name of await named('ROUTINES', 'ROUTINE_NAME', condition)) {
      const [, mode, statement, characters, collation] = await shown(type, name);
      await made(mode, statement, characters, collation);
    }
  }
  await ask('SET NAMES utf8mb4');
  await makeViews(
    (await named('VIEWS', 'TABLE_NAME', 'TABLE_SCHEMA = $from')).filter(
      (name) => !without.includes(name),
    ),
    async (name) => void (await ask(own((await shown('VIEW', name))[1]))),
  );
  // In the order in which they fire.
  const triggers = await ask(
    `SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ${literal(from)}
     ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER`,
  );
  for (const [name] of triggers) {
    const [, mode, statement, characters, collation] = await shown('TRIGGER', String(name));
    await made(mode, statement, characters, collation);
  }
  for (const name of await named('EVENTS', 'EVENT_NAME', 'EVENT_SCHEMA = $from')) {
    const [, mode, , statement, characters, collation] = await shown('EVENT', name);
    await made(mode, statement, characters, collation);
  }
}

async function copyRows(connection: Connection, from: string, table: string): Promise<void> {
  const columns = await send(
    connection,
    `SELECT COLUMN_NAME FROM information_schema.COLUMNS
     WHERE TABLE_SCHEMA = ${literal(from)} AND TABLE_NAME = ${literal(table)}
       AND COALESCE(GENERATION_EXPRESSION, '') = '' AND EXTRA NOT LIKE '%GENERATED%'
     ORDER BY ORDINAL_POSITION`,
  );
  const list = columns.map(([name]) => quote(String(name))).join(', ');
  const there = `${quote(from)}.${quote(table)}`;
  await send(connection, `INSERT INTO ${quote(table)} (${list}) SELECT ${list} FROM ${there}`);
}

/** A view may need others: those that cannot be made yet are tried again after the rest. */
async function makeViews(
  names: readonly string[],
  make: (name: string) => Promise<void>,
): Promise<void> {
  let left = names;
  while (left.length > 0) {
    const failed: string[] = [];
    let reason: unknown;
    for (const name of left) {
      await make(name).catch((error) => {
        failed.push(name);
        reason = error;
      });
    }
    if (failed.length === left.length) throw reason;
    left = failed;
  }
}
