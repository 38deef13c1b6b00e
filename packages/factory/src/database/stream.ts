import type { Database, Session, Value } from '@hot-fixture/database';
import { belongs, groupOf } from './group.js';
import type { Node, Values } from './node.js';

/** The values of rows, a list for each column. */
type Lists = readonly (readonly Value[])[];

/** Rows of one table that are written as they are made. */
export interface NodeStream {
  /**
   * What is to be written of rows, which have their results then.
   * @returns null where they are of another form than the first ones
   */
  take(nodes: readonly Node[]): Lists | null;
  write(batches: AsyncIterable<Lists>): Promise<void>;
}

/**
 * @param first some of the rows, which are all of one table
 * @param count how many there will be at most
 * @returns null where the database has to be asked for what it made of them
 */
export async function openStream(
  { dialect }: Database,
  session: Session,
  first: readonly Node[],
  count: number,
): Promise<NodeStream | null> {
  if (!dialect.streamRows || !first[0]) return null;
  const group = groupOf(first[0]);
  const { table } = group.facts;
  const listsOf = (nodes: readonly Node[]) =>
    group.columns.map((column) =>
      nodes.map(({ values }) => dialect.encode(column, values[column.name])),
    );
  const isOne = (nodes: readonly Node[]) => nodes.every((node) => belongs(group, node));
  if (!isOne(first)) return null;
  const stream = await dialect.streamRows(session, table, group.columns, listsOf(first), count);
  if (!stream) return null;
  return {
    take(nodes) {
      const lists = isOne(nodes) ? stream.complete(listsOf(nodes)) : null;
      if (!lists) return null;
      const results = table.columns.map((column, i) =>
        (lists[i] as readonly Value[]).map((value) => dialect.decode(column, value)),
      );
      for (let row = 0; row < nodes.length; row += 1) {
        const result: Values = {};
        for (let i = 0; i < results.length; i += 1) {
          result[(table.columns[i] as { name: string }).name] = (results[i] as unknown[])[row];
        }
        (nodes[row] as Node).result = result;
      }
      return lists;
    },
    write: (batches) => stream.write(batches),
  };
}
