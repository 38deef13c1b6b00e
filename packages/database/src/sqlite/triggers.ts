import type { Session } from '../driver.js';
import type { Table } from '../model.js';
import { isOwnTrigger } from './own.js';
import { quote } from './quote.js';
import { tokensOf } from './tokens.js';

interface Trigger {
  readonly schema: 'main' | 'temp';
  readonly name: string;
  readonly sql: string;
}

/**
 * SQLite cannot switch a trigger off. Inside a transaction it can be dropped and made again, in the
 * same order, as the newest fires first; those of the change log come last, as they were.
 */
export async function muteTriggers(
  session: Session,
  tables: readonly Table[],
): Promise<readonly string[]> {
  const users = await usersTriggers(session, tables);
  if (users.length === 0) return [];
  for (const trigger of users) await session.run(drop(trigger));
  const ours = await triggersOf(session, tables, true);
  return [...users.map(make), ...ours.flatMap((it) => [drop(it), make(it)])];
}

const known = new WeakMap<Session, { version: unknown; tables: ReadonlySet<unknown> }>();

/** Mostly there are none: then it takes one look at the number of the schema. */
async function usersTriggers(session: Session, tables: readonly Table[]): Promise<Trigger[]> {
  const [version] = (await session.query('PRAGMA main.schema_version'))[0] ?? [];
  let found = known.get(session);
  if (!found || found.version !== version) {
    const rows = await session.query(
      `SELECT lower(tbl_name), name, sql FROM main.sqlite_schema WHERE type = 'trigger'`,
    );
    const users = rows.filter(([, name, sql]) => !isOwnTrigger(String(name), String(sql)));
    found = { version, tables: new Set(users.map(([table]) => table)) };
    known.set(session, found);
  }
  const temporary = await session.query('SELECT 1 FROM temp.sqlite_schema LIMIT 1');
  const triggered = found.tables;
  return temporary.length > 0 || tables.some(({ name }) => triggered.has(name.toLowerCase()))
    ? triggersOf(session, tables, false)
    : [];
}

async function triggersOf(
  session: Session,
  tables: readonly Table[],
  ours: boolean,
): Promise<Trigger[]> {
  const names = JSON.stringify(tables.map(({ name }) => name));
  const found: Trigger[] = [];
  for (const schema of ['main', 'temp'] as const) {
    const rows = await session.query(
      `SELECT name, sql FROM ${schema}.sqlite_schema
       WHERE type = 'trigger' AND lower(tbl_name) IN (SELECT lower(value) FROM json_each(?))
       ORDER BY rowid`,
      [names],
    );
    for (const row of rows) {
      const [name, sql] = row.map(String) as [string, string];
      const isOurs = schema === 'main' && isOwnTrigger(name, sql);
      if (isOurs === ours) found.push({ schema, name, sql });
    }
  }
  return found;
}

function drop({ schema, name }: Trigger): string {
  return `DROP TRIGGER ${schema}.${quote(name)}`;
}

/** SQLite keeps the statement from the name on, and `CREATE TRIGGER` before it. */
function make({ schema, sql }: Trigger): string {
  const qualified = tokensOf(sql)[3]?.text === '.';
  return schema === 'temp' && !qualified
    ? sql.replace(/^CREATE TRIGGER/i, 'CREATE TEMP TRIGGER')
    : sql;
}
