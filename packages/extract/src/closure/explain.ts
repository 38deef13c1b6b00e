import { qualified, type Row, resolveTable, type Table } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { type ClassifiedTable, maskRow } from '../classify.js';
import type { Closure } from './closure.js';
import type { Entry } from './keys.js';
import { originOf, wordsOfReason } from './reason.js';
import type { SharedClosure } from './shared.js';
import { keyOf } from './visited.js';

/** A row of a chain: which it is, and why it came. */
export interface Link {
  readonly table: string;
  /** Its key as it leaves: masked where the policy masks it. */
  readonly key: Readonly<Record<string, string>>;
  readonly kind: 'start' | 'lookup' | 'parent' | 'child';
  /** Such as `needed by orders (customer_id)`. */
  readonly because: string;
}

/** Why a row came: the links from a row that was asked for to this one, which is the last. */
export type Chain = readonly Link[];

/**
 * The chain of one row.
 * @param name of its table
 * @param key the values of its key as they leave, in the order of its columns
 * @throws HFIT_TABLE_UNKNOWN, HFIT_EXPLAIN_ROW
 */
export function explainRow(
  all: readonly SharedClosure[],
  name: string,
  key: readonly string[],
): Chain {
  const tables: string[] = [];
  let unknown: unknown;
  let columns = '';
  for (const shared of all) {
    tables.push(...shared.closure.tables.filter((it) => shared.closure.count(it)).map(qualified));
    let table: Table;
    try {
      table = resolveTable(shared.source.schema, name);
    } catch (error) {
      unknown = error;
      continue;
    }
    columns = keyOf(table, shared.source.database.dialect)
      .map((column) => column.name)
      .join(', ');
    const entry = find(shared, table, key);
    if (entry) return chainOf(shared, table, entry);
  }
  if (columns === '' && unknown) throw unknown;
  const values = { table: name, key: key.join(', '), columns, tables: tables.join(', ') || 'none' };
  throw new HfitError('HFIT_EXPLAIN_ROW', values);
}

/**
 * The chains of all rows, table by table; where a key is hidden, in the order of what they show, as
 * the order in which rows were found would tell the ranks of such keys.
 */
export function* explainAll(all: readonly SharedClosure[]): Generator<Chain> {
  for (const shared of all) {
    const isKept = shared.closure.tables.every(shared.isOrderKept);
    if (isKept) yield* chainsOf(shared);
    else yield* sorted(chainsOf(shared));
  }
}

function* chainsOf(shared: SharedClosure): Generator<Chain> {
  for (const table of shared.closure.tables) {
    for (const entries of shared.closure.entries(table)) {
      for (const entry of entries) yield chainOf(shared, table, entry);
    }
  }
}

function sorted(chains: Iterable<Chain>): Chain[] {
  const shown = Array.from(chains, (chain) => ({ chain, text: writeChain(chain) }));
  return shown
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ chain }) => chain);
}

/** A chain as a tree of one branch, each row under the one that brought it. */
export function drawChain(chain: Chain): string {
  const named = chain.map(
    (link, i) => `${i === 0 ? '' : `${'  '.repeat(i - 1)}└ `}${nameOf(link)}`,
  );
  const width = Math.max(...named.map((it) => it.length));
  return chain.map(({ because }, i) => `${named[i]?.padEnd(width)}  ${because}\n`).join('');
}

/** A chain in one line, from the row back to the one that was asked for. */
export function writeChain(chain: Chain): string {
  return [...chain]
    .reverse()
    .map((link) => `${nameOf(link)} (${link.because})`)
    .join(' ← ');
}

function nameOf({ table, key }: Link): string {
  return `${table} ${Object.entries(key)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')}`;
}

function chainOf(shared: SharedClosure, table: Table, entry: Entry): Chain {
  const { closure } = shared;
  const chain: Link[] = [];
  let at: { table: Table; entry: Entry } | null = { table, entry };
  while (at) {
    const reason = closure.reason(at.entry);
    const key = shownKey(shared.classified(at.table), at.entry.key);
    const { kind } = reason;
    chain.unshift({ table: qualified(at.table), key, kind, because: wordsOfReason(reason) });
    at = originAt(closure, at.entry);
  }
  return chain;
}

function originAt(closure: Closure, entry: Entry): { table: Table; entry: Entry } | null {
  const table = originOf(closure.reason(entry));
  const found = table && closure.entry(table, entry.origin);
  return table && found ? { table, entry: found } : null;
}

/** A key that is masked is found among the masks of all: nothing tells the value behind one. */
function find(shared: SharedClosure, table: Table, key: readonly string[]): Entry | null {
  const classified = shared.classified(table);
  for (const entries of shared.closure.entries(table)) {
    for (const entry of entries) {
      const shown = Object.values(shownKey(classified, entry.key));
      if (shown.length === key.length && shown.every((it, i) => it === key[i])) return entry;
    }
  }
  return null;
}

/** What leaves of a key, as a text that a person can type. */
function shownKey({ source, table, columns, masks, decisions }: ClassifiedTable, key: Row) {
  const shown = keyOf(table, source.database.dialect).map(({ name }, i): [string, string] => {
    // The address of a row that has no key.
    if (!table.columns.some((column) => column.name === name))
      return [name, textOf(key[i] ?? null)];
    const at = columns.findIndex((column) => column.name === name);
    if (at < 0) return [name, '?'];
    const isKept = decisions.get(name)?.kind === 'keep';
    const mask = masks[at] ?? null;
    // Some masks are made with another column of the row, and only its key is here.
    if ((!isKept && !mask) || mask?.reads !== undefined) return [name, '?'];
    const [value = null] = maskRow([mask], [key[i] ?? null]);
    return [name, textOf(value)];
  });
  return Object.fromEntries(shown);
}

function textOf(value: Row[number]): string {
  return value instanceof Uint8Array ? `0x${Buffer.from(value).toString('hex')}` : String(value);
}
