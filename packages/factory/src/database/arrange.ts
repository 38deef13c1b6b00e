import { HfitError } from '@hot-fixture/errors';
import { type Edge, type Node, nameOfKey } from './node.js';

/** An edge that is filled when both of its rows are there. */
export interface Later {
  readonly node: Node;
  readonly edge: Edge;
}

export interface Arranged {
  /** Rows that wait for none of the same step. */
  readonly steps: readonly (readonly Node[])[];
  readonly later: readonly Later[];
}

/**
 * Puts rows behind those that they wait for. In a cycle, keys that may be null wait to the end.
 * @throws HFIT_FACTORY_CYCLE with its path, where no key of it may be null
 */
export function arrange(nodes: readonly Node[]): Arranged {
  if (nodes.every(({ edges }) => edges.length === 0)) return { steps: [nodes], later: [] };
  const steps = stepsBy(nodes, ({ target }, node) => target !== node);
  if (steps) return { steps, later: [] };
  const hard = stepsBy(nodes, ({ soft, target }, node) => !soft && target !== node);
  if (!hard) throw cycleOf(nodes);
  const place = new Map(hard.flatMap((step, i) => step.map((node) => [node, i] as const)));
  const later = nodes.flatMap((node) =>
    node.edges
      .filter(({ soft, target }) => {
        return soft && Number(place.get(target)) >= Number(place.get(node));
      })
      .map((edge) => ({ node, edge })),
  );
  return { steps: hard, later };
}

/** Null where the edges that count make a cycle. */
function stepsBy(
  nodes: readonly Node[],
  counts: (edge: Edge, node: Node) => boolean,
): Node[][] | null {
  const depth = new Map<Node, number>();
  const open = new Set<Node>();
  const visit = (node: Node): number => {
    const known = depth.get(node);
    if (known !== undefined) return known;
    if (node.result) return -1;
    if (open.has(node)) return Number.NaN;
    open.add(node);
    let deepest = 0;
    for (const edge of node.edges) {
      if (counts(edge, node)) deepest = Math.max(deepest, visit(edge.target) + 1);
    }
    open.delete(node);
    depth.set(node, deepest);
    return deepest;
  };
  const steps: Node[][] = [];
  for (const node of nodes) {
    const place = visit(node);
    if (Number.isNaN(place)) return null;
    steps[place] ??= [];
    steps[place].push(node);
  }
  return steps;
}

function cycleOf(nodes: readonly Node[]): HfitError {
  const path: Node[] = [];
  const done = new Set<Node>();
  const find = (node: Node): Node | null => {
    if (path.includes(node)) return node;
    if (done.has(node)) return null;
    path.push(node);
    for (const { soft, target } of node.edges) {
      const found = soft ? null : find(target);
      if (found) return found;
    }
    path.pop();
    done.add(node);
    return null;
  };
  const start = nodes
    .map((node) => (path.length > 0 ? null : find(node)))
    .find((it) => it !== null);
  const circle = path.slice(start ? path.indexOf(start) : 0);
  const names = circle.map((node, i) => {
    const next = circle[(i + 1) % circle.length];
    const key = node.edges.find(({ target }) => target === next)?.key;
    return key ? nameOfKey(node.facts, key) : node.facts.name;
  });
  return new HfitError('HFIT_FACTORY_CYCLE', {
    path: [...names, circle[0]?.facts.name].join(' → '),
  });
}
