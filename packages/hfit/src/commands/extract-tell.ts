import { HfitError } from '@hot-fixture/errors';
import type { Budget, Estimate, Extraction } from '@hot-fixture/extract';
import type { Result } from '../command.js';
import { printable } from '../output/printable.js';
import { counted, size, table } from '../output/table.js';

const help = 'hfit extract --help';

/** About what will come, the largest table first. */
export async function tellEstimate(extraction: Extraction): Promise<Result> {
  const tables = await extraction.estimate();
  const rows = tables.reduce((sum, it) => sum + it.rows, 0);
  const bytes = tables.reduce((sum, it) => sum + it.bytes, 0);
  return { text: estimateText(tables), document: { rows, bytes, tables: sorted(tables) } };
}

/** The same as a person reads it. */
export function estimateText(tables: readonly Estimate[]): string {
  const rows = tables.reduce((sum, it) => sum + it.rows, 0);
  const bytes = tables.reduce((sum, it) => sum + it.bytes, 0);
  const cells = sorted(tables).map((it) => [it.table, it.rows, it.of, size(it.bytes)]);
  const drawn = table(['table', 'rows, about', 'of', 'size, about'], cells);
  return `${drawn}\n\nAbout ${counted(rows, 'row')} and ${size(bytes)} will come.\n${howSure}`;
}

const howSure =
  'It is made from averages and the statistics of the database: where some rows have far more\nchildren than others, or point to few rows again and again, half of it or several times as much\nmay come. A budget (maxRows, maxBytes) stops a run for certain.';

function sorted(tables: readonly Estimate[]): Estimate[] {
  return [...tables].sort((a, b) => b.rows - a.rows);
}

/** Why one row comes, or why each does: one line for each, from the row back to its start. */
export async function tellReasons(extraction: Extraction, asked: string): Promise<Result> {
  const { drawChain, writeChain } = await import('@hot-fixture/extract');
  if (asked === 'all') {
    const chains = [...(await extraction.explainAll())];
    return { text: printable(chains.map(writeChain).join('\n'), true), document: { chains } };
  }
  const at = asked.indexOf(':');
  if (at < 1) {
    const reason = 'it is not TABLE:KEY, such as orders:42, and not all';
    throw new HfitError('HFIT_OPTION_VALUE', { option: '--explain', value: asked, reason, help });
  }
  const key = asked
    .slice(at + 1)
    .split(',')
    .map((it) => it.trim());
  const chain = await extraction.explain(asked.slice(0, at), key);
  return { text: printable(drawChain(chain).trimEnd(), true), document: { chain } };
}

/** @throws HFIT_OPTION_VALUE */
export async function budgetOf(
  rows: string | undefined,
  bytes: string | undefined,
): Promise<Budget> {
  const { parseBytes } = await import('@hot-fixture/extract');
  const refuse = (option: string, value: string, reason: string) =>
    new HfitError('HFIT_OPTION_VALUE', { option, value, reason, help });
  if (rows !== undefined && !/^\d{1,15}$/.test(rows)) {
    throw refuse('--max-rows', rows, 'it is not a whole number');
  }
  const maxBytes = bytes === undefined ? null : parseBytes(bytes);
  if (bytes !== undefined && maxBytes === null) {
    throw refuse('--max-bytes', bytes, 'it is not a size such as 50MB');
  }
  return { maxRows: rows === undefined ? null : Number(rows), maxBytes };
}
