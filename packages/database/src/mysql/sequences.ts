import type { Session } from '../driver.js';
import type { Sequence, Table, TableName } from '../model.js';
import { literal, quote, quoteTable } from './quote.js';

/** The numbering of tables, and the sequences that MariaDB has as objects. */
export function sequencesOf(tables: readonly Table[], standing: readonly Sequence[]): Sequence[] {
  const numbered = tables.flatMap(({ schema, name, columns }) =>
    columns
      .filter(({ identity }) => identity !== null)
      .map(({ name: column }) => ({ schema, name, ownedBy: { table: { schema, name }, column } })),
  );
  return [...numbered, ...standing];
}

/** How a sequence is made where it is absent. */
export async function sequenceDefinition(
  session: Session,
  database: string,
  sequence: TableName,
): Promise<string> {
  const [row] = await session.query(
    `SHOW CREATE SEQUENCE ${quote(database)}.${quote(sequence.name)}`,
  );
  return String(row?.[1]).replace(
    /^CREATE SEQUENCE `(?:[^`]|``)*`/,
    () => `CREATE SEQUENCE IF NOT EXISTS ${quoteTable(sequence)}`,
  );
}

/** A text, which may look like anything; then a call, then any other name. */
const calls = /'(?:[^'\\]|\\.|'')*'|\bnextval\(((?:`(?:[^`]|``)*`\.?)+)\)|`(?:[^`]|``)*`/gis;

/** The quoted names of the sequences that a default takes numbers from. */
export function sequencesIn(expression: string | null): string[] {
  return [...(expression ?? '').matchAll(calls)].flatMap(([, name]) => name ?? []);
}

/**
 * Statements that move the sequences which these tables take numbers from past their rows. They
 * take no expression as the number, and go no way but forward: for half of them that is down.
 */
export function renumber(tables: readonly Table[]): string[] {
  const numbered = tables.flatMap((table) =>
    table.columns.flatMap((column) =>
      sequencesIn(column.default).map((sequence) => ({ table, column, sequence })),
    ),
  );
  return numbered.flatMap(({ table, column, sequence }) => {
    const number = `t.${quote(column.name)}`;
    const set = (it: string) => `'DO setval(', ${literal(sequence)}, ', ', ${it}(${number}), ')'`;
    const rows = `FROM ${quoteTable(table)} t, ${sequence} s WHERE ${number} BETWEEN s.minimum_value AND s.maximum_value`;
    const run = ['max', 'min'].flatMap((it) => [
      `SET @hfit_next = (SELECT coalesce(concat(${set(it)}), 'DO 0') ${rows})`,
      'EXECUTE IMMEDIATE @hfit_next',
    ]);
    return [...run, 'SET @hfit_next = NULL'];
  });
}

/** SQL of the server names the own database before a sequence; a copy has another one. */
export function withoutDatabase(sql: string, database: string): string {
  const prefix = `${quote(database)}.`;
  return sql.replace(/'(?:[^'\\]|\\.|'')*'|`(?:[^`]|``)*`\.?/gs, (part) =>
    part === prefix ? '' : part,
  );
}
