import { sameValue } from '@hot-fixture/changes';
import { sameTable, type Value } from '@hot-fixture/database';
import type { Domain, Domains } from './domains.js';
import type { Graph, Node } from './graph.js';
import type { Renaming } from './renaming.js';

/** How many pairs of rows of one table are looked at. */
const mostPairs = 1_000_000;

/**
 * Pairs rows that are no partners but look like each other, so that a changed row under another
 * key is shown as changed, not as gone and new. Parents come before their children, as far as
 * there is such an order.
 */
export function guess(
  expected: Graph,
  found: Graph,
  renaming: Renaming,
  domains: Domains,
  isUsed: (found: number) => boolean,
): void {
  const left = expected.nodes.filter((node) => !isPaired(node, renaming));
  const right = found.nodes.filter((_, number) => !isUsed(number));
  for (const table of inOrder(left, domains)) {
    let rows = left.filter((it) => it.table === table);
    const others = new Set(right.filter((it) => it.table === table));
    if (rows.length * others.size > mostPairs) rows = rows.slice(0, mostPairs / others.size);
    // Those that are the same go first, so that no other one takes their place.
    for (const least of [1, 0.5]) {
      rows = rows.filter((row) => {
        const best = mostAlike(row, others, renaming, least);
        if (best === null) return true;
        pairAll(row, best, renaming);
        others.delete(best);
        return false;
      });
    }
  }
  keepOwn(left, renaming);
}

function mostAlike(
  row: Node,
  others: Iterable<Node>,
  renaming: Renaming,
  least: number,
): Node | null {
  let best: Node | null = null;
  let most = least;
  for (const other of others) {
    const score = likeness(row, other, renaming);
    if (score >= most && (best === null || score > most)) [best, most] = [other, score];
  }
  return best;
}

/** What is free on both sides and found no partner is its own. */
function keepOwn(left: readonly Node[], renaming: Renaming): void {
  for (const { links, row } of left) {
    for (const { domain, place } of links) {
      const value = row[place] as Value;
      renaming.pair(domain, value, value);
    }
  }
}

function isPaired({ links, row }: Node, renaming: Renaming): boolean {
  return links.every(
    ({ domain, place }) => renaming.translate(domain, row[place] as Value) !== undefined,
  );
}

/**
 * Those that rows of a table point to come before it, as far as that is possible: children look
 * alike, and would make partners of parents that do not.
 */
function inOrder(nodes: readonly Node[], domains: Domains): number[] {
  const pointing = new Map<number, Set<number>>();
  const origins = new Map<number, number>();
  for (const { table, sides, links } of nodes) {
    const to = pointing.get(table) ?? new Set<number>();
    pointing.set(table, to);
    for (const { domain, place } of links) {
      const { origin } = domains.all[domain] as Domain;
      const isOwn = sameTable(origin.table, sides) && sides.columns[place] === origin.column;
      if (isOwn) origins.set(domain, table);
      else to.add(domain);
    }
  }
  const order: number[] = [];
  const waiting = new Set(pointing.keys());
  const missing = (table: number) =>
    [...(pointing.get(table) ?? [])].filter((domain) => {
      const origin = origins.get(domain);
      return origin !== undefined && origin !== table && waiting.has(origin);
    }).length;
  while (waiting.size > 0) {
    const [first] = [...waiting].sort((a, b) => missing(a) - missing(b));
    waiting.delete(first as number);
    order.push(first as number);
  }
  return order;
}

/** How much of what can be compared is the same, from 0 to 1, and a little more. */
function likeness(node: Node, other: Node, renaming: Renaming): number {
  let same = 0;
  let all = 0;
  for (const [place, role] of node.sides.roles.entries()) {
    if (role === 'ignored' || role === 'volatile') continue;
    const [value, there] = [node.row[place] as Value, other.row[place] as Value];
    if (typeof role !== 'number') {
      all += 1;
      if (sameValue(value, there)) same += 1;
      continue;
    }
    const known = renaming.translate(role, value);
    if (known !== undefined) {
      all += 1;
      if (sameValue(known, there)) same += 1;
    } else if (renaming.fits(role, value, there)) {
      // Of two that are alike, the one under the same number.
      if (sameValue(value, there)) same += 0.1;
    } else if (node.sides.keyPlaces.includes(place)) return 0;
    else all += 1;
  }
  return all === 0 ? 0.5 + same : same / all;
}

function pairAll(node: Node, other: Node, renaming: Renaming): void {
  for (const { domain, place } of node.links) {
    renaming.pair(domain, node.row[place] as Value, other.row[place] as Value);
  }
}
