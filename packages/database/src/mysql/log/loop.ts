import type { Table } from '../../model.js';
import { quote, quoteTable } from '../quote.js';
import { type Edge, edgesTo, matches } from './cascade.js';

/*
 * Deletions that come round to a table again, such as a tree of employees. The rows that will go are
 * found by a recursive query `r`; it holds of each row the values that foreign keys point to.
 */

/** A foreign key that acts on a deletion, and from where: the row itself, or the rows of a loop. */
export interface LoopStep {
  readonly edge: Edge;
  /** From FROM on; the rows of the child are called `c`. */
  readonly from: string;
  /** What stands before the SELECT. */
  readonly with: string;
}

/** All that a deletion in this table reaches, one step for each foreign key and source. */
export function loopSteps(tables: readonly Table[], table: Table): LoopStep[] {
  const acting = (from: Table) =>
    edgesTo(tables, from).filter(
      ({ key }) => key.onDelete === 'cascade' || key.onDelete === 'set null',
    );
  const sources: Table[] = [];
  const visit = (from: Table) => {
    for (const { child, key } of acting(from)) {
      if (key.onDelete !== 'cascade' || sources.includes(child) || acting(child).length === 0)
        continue;
      sources.push(child);
      visit(child);
    }
  };
  visit(table);

  const slots = sources.flatMap((source, tag) =>
    [...new Set(acting(source).flatMap(({ key }) => key.targetColumns))].map((column) => ({
      tag,
      column,
    })),
  );
  const slot = (tag: number, column: string) =>
    `r.v${slots.findIndex((it) => it.tag === tag && it.column === column)}`;
  const node = (tag: number, name: string) =>
    `SELECT ${[tag, ...slots.map((it) => (it.tag === tag ? `${name}.${quote(it.column)}` : 'NULL'))].join(', ')}`;
  const fromRow = ({ key }: Edge) => matches(key, 'c', 'OLD').join(' AND ');
  const fromNode = (tag: number, { key }: Edge) =>
    [
      `r.tag = ${tag}`,
      ...key.columns.map(
        (column, i) => `c.${quote(column)} = ${slot(tag, key.targetColumns[i] as string)}`,
      ),
    ].join(' AND ');

  const cascades = (from: Table) =>
    acting(from).filter(({ key, child }) => key.onDelete === 'cascade' && sources.includes(child));
  // The first part gives the columns their types, also of tables that the row itself does not reach.
  const anchors = [
    ...sources.map((source, tag) => `${node(tag, 'c')} FROM ${quoteTable(source)} c WHERE FALSE`),
    ...cascades(table).map(
      (edge) =>
        `${node(sources.indexOf(edge.child), 'c')} FROM ${quoteTable(edge.child)} c WHERE ${fromRow(edge)}`,
    ),
  ];
  const further = sources.flatMap((source, tag) =>
    cascades(source).map(
      (edge) =>
        `${node(sources.indexOf(edge.child), 'c')} FROM r JOIN ${quoteTable(edge.child)} c ON ${fromNode(tag, edge)}`,
    ),
  );
  const names = ['tag', ...slots.map((_, i) => `v${i}`)].join(', ');
  const loop = `WITH RECURSIVE r (${names}) AS (${[...anchors, ...further].join(' UNION ')})`;
  return [
    ...acting(table).map((edge) => ({
      edge,
      with: '',
      from: `FROM ${quoteTable(edge.child)} c WHERE ${fromRow(edge)}`,
    })),
    ...sources.flatMap((source, tag) =>
      acting(source).map((edge) => ({
        edge,
        with: loop,
        from: `FROM r STRAIGHT_JOIN ${quoteTable(edge.child)} c ON ${fromNode(tag, edge)}`,
      })),
    ),
  ];
}
