import colors from 'picocolors';
import type { Found } from './inspect.js';
import { type Step, width } from './steps.js';

export interface Report extends Found {
  readonly production: Record<string, number>;
  /** How many secrets were planted. */
  readonly planted: number;
  readonly steps: readonly Step[];
  readonly seconds: number;
}

/** Why the run is no success; empty where all is well. */
export function faults({ rows, orphans, leaks }: Report): string[] {
  const missing = Object.entries(rows).filter(([, count]) => count === 0);
  return [
    ...(sum(rows) === 0 ? ['The slice is empty.'] : []),
    ...missing.map(([table]) => `The slice holds no row of ${table}.`),
    ...orphans.map(({ table, foreignKey, rows: count }) => {
      return `${count} rows of ${table} are orphans by ${foreignKey}.`;
    }),
    ...leaks.map(({ table, column, where }) => `The secret of ${table}.${column} is in: ${where}`),
  ];
}

export function lines(report: Report): string[] {
  const { production, rows, orphans, leaks, planted } = report;
  const tables = Object.keys(production).map((table) => {
    return row(table, number(production[table] ?? 0), number(rows[table] ?? 0));
  });
  const verdict = (count: number) => (count === 0 ? colors.green('0') : colors.red(`${count}`));
  return [
    `  ${colors.bold(row('rows per table', 'production', 'slice'))}`,
    `  ${colors.dim('─'.repeat(columns))}`,
    ...tables.map((line) => `  ${line}`),
    `  ${colors.dim('─'.repeat(columns))}`,
    `  ${row('all', number(sum(production)), number(sum(rows)))}`,
    '',
    `  orphans found in the slice          ${verdict(orphans.length)}`,
    `  planted secrets found in the slice  ${verdict(leaks.length)} ${colors.dim(`of ${planted}, one in every text column of production;`)}`,
    `                                        ${colors.dim('searched: the package, the test database, every log and')}`,
    `                                        ${colors.dim('state file, and all that hfit printed')}`,
  ];
}

const columns = width - 30;

function row(name: string, production: string, slice: string): string {
  return name.padEnd(columns - 28) + production.padStart(14) + slice.padStart(14);
}

export const number = (count: number) => count.toLocaleString('en-US');

export const sum = (counts: Record<string, number>) => {
  return Object.values(counts).reduce((all, count) => all + count, 0);
};
