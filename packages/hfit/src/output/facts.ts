import { printable } from './printable.js';
import { table } from './table.js';

type Facts = Readonly<Record<string, unknown>>;

/** What a server tells, one fact a line; what has parts stands below its name. */
export function factsText(facts: Facts, indent = ''): string {
  const known = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined);
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known
    .map(([name, value]) => {
      const parts = partsOf(value);
      if (!parts) return printable(`${indent}${name.padEnd(width)}  ${wordOf(value)}`);
      const lines = parts.map((part) => factsText(part, `${indent}  `));
      return [printable(`${indent}${name}`), ...lines].join('\n');
    })
    .join('\n');
}

/** A list of such facts as a table: the columns that are asked for, where anything is in them. */
export function factsTable(list: readonly Facts[], columns: readonly string[]): string {
  const shown = columns.filter(
    (name, at) => at === 0 || list.some((facts) => wordOf(facts[name]) !== '-'),
  );
  return table(
    shown.map((name) => name.replaceAll('_', ' ')),
    list.map((facts) => shown.map((name) => wordOf(facts[name]))),
  );
}

function partsOf(value: unknown): Facts[] | null {
  if (isFacts(value)) return Object.keys(value).length > 0 ? [value] : null;
  if (Array.isArray(value) && value.length > 0 && value.every(isFacts)) return value;
  return null;
}

function isFacts(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wordOf(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.map(wordOf).join(', ') || '-';
  if (typeof value !== 'object') return String(value);
  const pairs = Object.entries(value).map(([name, each]) => `${name}=${wordOf(each)}`);
  return pairs.join(' ') || '-';
}
