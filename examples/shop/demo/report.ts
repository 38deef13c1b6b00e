import colors from 'picocolors';
import type { Found } from './inspect.js';
import { type Step, width } from './steps.js';

export interface Sample {
  readonly column: string;
  readonly before: string;
  readonly after: string;
}

export interface Report extends Found {
  readonly production: Record<string, number>;
  /** The same row in both. */
  readonly samples: readonly Sample[];
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
  const { production, rows, orphans, leaks, planted, samples } = report;
  const line = colors.dim('─'.repeat(width));
  const verdict = (count: number) => (count === 0 ? colors.green('0') : colors.red(`${count}`));
  return [
    colors.bold(row('Rows per table', 'production', 'slice')),
    line,
    ...Object.keys(production).map((table) => {
      return row(table, number(production[table] ?? 0), number(rows[table] ?? 0));
    }),
    line,
    row('all', number(sum(production)), number(sum(rows))),
    '',
    colors.bold(`${'One employee'.padEnd(18)}${'in production'.padEnd(28)}in the slice`),
    line,
    ...samples.map(({ column, before, after }) => {
      return `${column.padEnd(18)}${before.padEnd(28)}${colors.cyan(after)}`;
    }),
    '',
    `Orphans found in the slice          ${verdict(orphans.length)}`,
    `Planted secrets found in the slice  ${verdict(leaks.length)}`,
    colors.dim(
      `  of ${planted}, one in every text column of production. Searched: the package, the test`,
    ),
    colors.dim('  database, every log and state file, and all that hfit printed.'),
  ];
}

function row(name: string, production: string, slice: string): string {
  return name.padEnd(width - 36) + production.padStart(18) + slice.padStart(18);
}

export const number = (count: number) => count.toLocaleString('en-US');

export const sum = (counts: Record<string, number>) => {
  return Object.values(counts).reduce((all, count) => all + count, 0);
};
