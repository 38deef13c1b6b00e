import type { Column } from '@hot-fixture/database';
import type { TableFacts } from '../table/facts.js';
import type { Node } from './node.js';

/** Rows of one table with values for the same columns. */
export interface Group {
  readonly facts: TableFacts;
  readonly columns: readonly Column[];
  readonly nodes: Node[];
}

export function groupOf(node: Node): Group {
  const { facts, values } = node;
  const columns = facts.table.columns.filter(({ name }) => values[name] !== undefined);
  return { facts, columns, nodes: [node] };
}

/** Whether a row has values for the columns of a group, and for no other ones. */
export function belongs({ facts, columns }: Group, node: Node): boolean {
  if (node.facts !== facts) return false;
  const { values } = node;
  let found = 0;
  for (const column of facts.table.columns) {
    if (values[column.name] === undefined) continue;
    if (columns[found] !== column) return false;
    found += 1;
  }
  return found === columns.length;
}

export function groupsOf(nodes: readonly Node[]): readonly Group[] {
  const groups: Group[] = [];
  let last: Group | undefined;
  for (const node of nodes) {
    // Rows of a group mostly stand together.
    if (!last || !belongs(last, node)) last = groups.find((group) => belongs(group, node));
    if (last) last.nodes.push(node);
    else {
      last = groupOf(node);
      groups.push(last);
    }
  }
  return groups;
}
