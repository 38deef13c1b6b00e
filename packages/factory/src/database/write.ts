import {
  type Column,
  type Database,
  type Dialect,
  type Row,
  rowKey,
  type Session,
  type Table,
  type Value,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { TableFacts } from '../table/facts.js';
import { refusal } from '../table/refuse.js';
import type { Arranged, Later } from './arrange.js';
import { groupsOf } from './group.js';
import type { Node, Values } from './node.js';
import { openStream } from './stream.js';

/** From so many rows on it pays to ask first what the database would add. */
const many = 200;

/**
 * Refuses what the database would not take, before it sees anything.
 * @throws HFIT_FACTORY_COLUMN, HFIT_FACTORY_VALUE
 */
export function assertTaken({ facts, values }: Node): void {
  for (const known of facts.list) {
    const column = known.column.name;
    const value = values[column];
    const reason = value === undefined ? null : refusal(known, value);
    if (reason === null) continue;
    throw new HfitError('HFIT_FACTORY_VALUE', { table: facts.name, column, reason });
  }
}

/**
 * Writes rows within a transaction, many at once, and reads them back.
 * @throws HFIT_FACTORY_REFUSED, HFIT_FACTORY_CYCLE
 */
export async function writeRows(
  database: Database,
  session: Session,
  { steps, later }: Arranged,
): Promise<void> {
  const { dialect, location } = database;
  const waiting = new Set(later.map(({ edge }) => edge));
  const numbered = new Set<Table>();
  const keys = new Map<Node, Row>();
  const kept = new Set(later.map(({ node }) => node));
  for (const step of steps) {
    for (const nodes of step) fill(nodes, waiting);
    for (const { facts, columns, nodes } of groupsOf(step)) {
      if (columns.some((column) => isNumbered(column))) numbered.add(facts.table);
      if (nodes.length >= many && later.length === 0) {
        const stream = await openStream(database, session, nodes, nodes.length);
        const lists = stream?.take(nodes);
        if (stream && lists) {
          await stream.write(only(lists)).catch((error) => {
            throw refused(database, facts, error);
          });
          continue;
        }
      }
      const rows = nodes.map(({ values }) =>
        columns.map((column) => dialect.encode(column, values[column.name])),
      );
      const found = await dialect
        .insertReturning(session, facts.table, columns, rows, facts.table.columns)
        .catch((error) => {
          throw refused(database, facts, error);
        });
      if (found.length !== nodes.length) {
        const reason = `of ${nodes.length} rows it took ${found.length}: a trigger leaves some out`;
        throw new HfitError('HFIT_FACTORY_REFUSED', {
          table: facts.name,
          reason,
          database: location,
        });
      }
      nodes.forEach((node, i) => {
        const row = found[i] as Row;
        node.result = read(dialect, facts.table.columns, row);
        if (kept.has(node)) keys.set(node, row);
      });
    }
  }
  for (const it of later) await close(dialect, session, it, keys.get(it.node) as Row, location);
  for (const statement of dialect.renumber([...numbered])) await session.run(statement);
}

async function* only<T>(batch: T): AsyncGenerator<T> {
  yield batch;
}

/** Takes values from the rows that are there now. */
function fill(node: Node, waiting: ReadonlySet<unknown>): void {
  for (const edge of node.edges) {
    if (waiting.has(edge)) continue;
    const from = edge.target === node ? node.values : (edge.target.result as Values);
    for (const [own, theirs] of edge.pairs) {
      if (from[theirs] === undefined) throw selfCycle(node, own);
      node.values[own] = from[theirs];
    }
  }
}

function selfCycle({ facts }: Node, column: string): HfitError {
  const path = `${facts.name}.${column} → ${facts.name}`;
  return new HfitError('HFIT_FACTORY_CYCLE', { path });
}

function read(dialect: Dialect, columns: readonly Column[], row: Row): Values {
  const values: Values = {};
  for (let i = 0; i < columns.length; i += 1) {
    const column = columns[i] as Column;
    values[column.name] = dialect.decode(column, row[i] as Value);
  }
  return values;
}

/** Numbers that were given by hand have to be left out by the sequence of the column. */
function isNumbered({ identity, default: value }: Column): boolean {
  return identity !== null || /^nextval\(/i.test(value ?? '');
}

/** Fills a key that was null until the row that it points to was there. */
async function close(
  dialect: Dialect,
  session: Session,
  { node, edge }: Later,
  row: Row,
  location: string,
): Promise<void> {
  const { facts } = node;
  const names = rowKey(facts.table);
  const target = edge.target.result as Values;
  const own = new Map(edge.pairs.map(([column, theirs]) => [column, target[theirs]]));
  const columns = facts.table.columns.filter(({ name }) => names?.includes(name) || own.has(name));
  const before = columns.map((column) => row[facts.table.columns.indexOf(column)] as Value);
  const after = columns.map((column, i) =>
    own.has(column.name) ? dialect.encode(column, own.get(column.name)) : (before[i] as Value),
  );
  const done = names
    ? await dialect.updateRows(session, facts.table, columns, names, [{ before, after }])
    : 0;
  if (done !== 1) {
    const reason = names ? 'a row changed while it was made' : 'it has no key to find its rows by';
    throw new HfitError('HFIT_FACTORY_REFUSED', { table: facts.name, reason, database: location });
  }
  Object.assign(node.result as Values, Object.fromEntries(own));
}

/** What the database says of rows that it did not take. */
export function refused(
  { dialect, location }: Database,
  facts: TableFacts,
  error: unknown,
): unknown {
  const { reason, end } = dialect.explain(error);
  if (end) return error;
  const unclear = facts.unclear.map(({ name, condition }) => `${name}: ${condition}`).join('; ');
  const hint = unclear ? `${reason} (checks that were not understood: ${unclear})` : reason;
  const values = { table: facts.name, reason: hint, database: location };
  return new HfitError('HFIT_FACTORY_REFUSED', values, { cause: error });
}
