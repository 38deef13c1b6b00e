import Table from 'cli-table3';

/** What one bench measured on one subject. */
export interface Report {
  /** Left out where there is only one subject. */
  readonly dialect?: string;
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** The figures that goals are set on. */
  readonly figures: Readonly<Record<string, number>>;
}

/** @param only one dialect, where it measures several */
export type Bench = (only?: string) => AsyncIterable<Report>;

/** Prints a table, and with `json` ends with one line of JSON. */
export function printReport(bench: string, report: Report, json: boolean): void {
  const table = new Table({ head: [...report.head], style: { head: [], border: [] } });
  for (const row of report.rows) table.push([...row]);
  process.stdout.write(`${report.title}\n${table.toString()}\n`);
  const figures = Object.fromEntries(
    Object.entries(report.figures).map(([name, value]) => [name, Number(value.toPrecision(4))]),
  );
  for (const [name, value] of Object.entries(figures)) process.stdout.write(`${name}: ${value}\n`);
  if (!json) return;
  const dialect = report.dialect ? { dialect: report.dialect } : {};
  process.stdout.write(`${JSON.stringify({ bench, ...dialect, figures })}\n`);
}
