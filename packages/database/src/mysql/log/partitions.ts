import { qualified } from '../../model.js';
import { literal } from '../quote.js';
import type { OpenLog, State } from './session.js';
import { bypassed } from './watch.js';

/*
 * A partition that is exchanged for a table, or emptied, leaves the table as it was defined, and no
 * time tells of it. InnoDB gives each a new number; a role without the privilege PROCESS may not ask.
 */

/** A text for each table of partitions, by full name, which is another when one of them is. */
export type Partitions = Readonly<Record<string, string>>;

const denied = 1227;
const unknownTable = 1109;

export async function partitionsOf({
  session,
  plan,
  database,
}: Pick<OpenLog, 'session' | 'plan' | 'database'>): Promise<Partitions> {
  const tables = plan.tables
    .map(({ table }) => table)
    .filter(({ definition }) => definition.create.includes('PARTITION BY'));
  if (tables.length === 0) return {};
  // Names of files: what is no letter, digit or _ is written otherwise, so `#` ends the table's.
  const file = (name: string) => `CAST(CONVERT(${literal(name)} USING filename) AS BINARY)`;
  const wanted = tables.map(
    ({ schema, name }, i) =>
      `SELECT ${i} AS n, CONCAT(${file(schema || database)}, '/', ${file(name)}, '#') AS start`,
  );
  const rows = await session
    .query(
      `SELECT w.n, MD5(GROUP_CONCAT(s.NAME, ' ', s.TABLE_ID ORDER BY s.TABLE_ID))
       FROM (${wanted.join(' UNION ALL ')}) w JOIN information_schema.INNODB_SYS_TABLES s
         ON LEFT(CAST(s.NAME AS BINARY), LENGTH(w.start)) = w.start GROUP BY w.n`,
    )
    .catch((error) => {
      if ([denied, unknownTable].includes((error as { errno: number }).errno)) return [];
      throw error;
    });
  return Object.fromEntries(
    (rows as [string, string][]).map(([n, text]) => {
      const table = tables[Number(n)];
      return [table ? qualified(table) : '', text];
    }),
  );
}

/** @throws HFIT_LOG_BYPASSED */
export async function assertSamePartitions(log: OpenLog, { partitions }: State): Promise<void> {
  const now = await partitionsOf(log);
  for (const [name, text] of Object.entries(now)) {
    if (Object.hasOwn(partitions, name) && partitions[name] !== text)
      throw bypassed(log, `a partition of table ${name} was emptied, exchanged or made again`);
  }
}
