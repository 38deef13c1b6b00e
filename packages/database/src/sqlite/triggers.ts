import type { Session } from '../driver.js';
import type { Table } from '../model.js';
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
  const names = new Set(tables.map(({ name }) => name.toLowerCase()));
  const found = await triggersOf(session, names);
  const users = found.filter(({ name }) => !isOurs(name));
  if (users.length === 0) return [];
  for (const trigger of users) await session.run(drop(trigger));
  const ours = found.filter(({ name }) => isOurs(name));
  return [...users.map(make), ...ours.flatMap((it) => [drop(it), make(it)])];
}

/** The triggers of the change log have names that begin so. */
export function isOurs(name: string): boolean {
  return /^hfit_/i.test(name);
}

async function triggersOf(session: Session, tables: ReadonlySet<string>): Promise<Trigger[]> {
  const found: Trigger[] = [];
  for (const schema of ['main', 'temp'] as const) {
    const rows = await session.query(
      `SELECT name, sql, lower(tbl_name) FROM ${schema}.sqlite_schema WHERE type = 'trigger' ORDER BY rowid`,
    );
    for (const [name, sql, table] of rows) {
      if (tables.has(table as string))
        found.push({ schema, name: name as string, sql: sql as string });
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
