import { qualified } from '../../model.js';
import { literal } from '../quote.js';
import type { OpenLog } from './session.js';

/*
 * What InnoDB knows of its tables. It gives a new number to a table that is built anew, and to a
 * partition that is exchanged for a table or emptied, of which nothing else tells; and it counts what
 * changes columns without that. A role without the privilege PROCESS may not ask.
 */

export interface Inner {
  /** A text for each table, by full name, which is another when it or a partition was built anew. */
  readonly numbers: Readonly<Record<string, string>>;
  /** How often columns of any table were added, dropped or moved in an instant. */
  readonly instants: string;
  /** When the server started, in seconds of its clock, about. */
  readonly started: number;
}

type Asked = Pick<OpenLog, 'session' | 'plan' | 'database'>;

const denied = 1227;
const unknownTable = 1109;

/** Null where the role may not ask, or the server has no such list. */
export async function innerOf({ session, plan, database }: Asked): Promise<Inner | null> {
  const tables = plan.tables.map(({ table }) => table);
  if (tables.length === 0 || !plan.trustsTimes) return null;
  // Names of files: what is no letter, digit or _ is written otherwise, so `#` ends the table's.
  const file = (name: string) => `CAST(CONVERT(${literal(name)} USING filename) AS BINARY)`;
  const names = tables.map(
    ({ schema, name }) => `SELECT CONCAT(${file(schema || database)}, '/', ${file(name)}) AS name`,
  );
  const schemas = [...new Set(tables.map(({ schema }) => schema || database))];
  const starts = schemas.map((it) => `NAME LIKE CONCAT(${file(it)}, '/%')`);
  try {
    const written = await session.query(`SELECT HEX(name) FROM (${names.join(' UNION ALL ')}) x`);
    const rows = await session.query(
      `SELECT HEX(SUBSTRING_INDEX(CAST(NAME AS BINARY), '#', 1)),
              MD5(GROUP_CONCAT(HEX(NAME), ' ', TABLE_ID ORDER BY TABLE_ID))
       FROM (SELECT CAST(NAME AS BINARY) AS NAME, TABLE_ID FROM information_schema.INNODB_SYS_TABLES) s
       WHERE ${starts.join(' OR ')} GROUP BY 1`,
    );
    const digests = new Map(rows as [string, string][]);
    const status = new Map(
      (await session.query(
        `SHOW GLOBAL STATUS WHERE Variable_name IN ('Innodb_instant_alter_column', 'Uptime')`,
      )) as [string, string][],
    );
    const [now] = await session.query('SELECT UNIX_TIMESTAMP()');
    const instants = status.get('Innodb_instant_alter_column');
    if (instants === undefined) return null;
    const numbers = tables.flatMap((table, i) => {
      const digest = digests.get(written[i]?.[0] as string);
      return digest === undefined ? [] : [[qualified(table), digest] as const];
    });
    const started = Math.floor(Number(now?.[0])) - Number(status.get('Uptime'));
    return { numbers: Object.fromEntries(numbers), instants, started };
  } catch (error) {
    if ([denied, unknownTable].includes((error as { errno: number }).errno)) return null;
    throw error;
  }
}

/** Whether a table that was altered holds what it held: it got a new comment, number or index. */
export function isUntouched(name: string, before: Inner | null, now: Inner | null): boolean {
  if (!before || !now || Math.abs(before.started - now.started) > 2) return false;
  const number = Object.hasOwn(before.numbers, name) ? before.numbers[name] : undefined;
  return number !== undefined && number === now.numbers[name] && before.instants === now.instants;
}

/** The first table of partitions that has another one now; null where none has. */
export function otherPartitions(
  { plan }: Asked,
  before: Inner | null,
  now: Inner | null,
): string | null {
  if (!before || !now) return null;
  const other = plan.tables.find(({ table }) => {
    const name = qualified(table);
    return (
      table.definition.create.includes('PARTITION BY') && before.numbers[name] !== now.numbers[name]
    );
  });
  return other ? qualified(other.table) : null;
}
