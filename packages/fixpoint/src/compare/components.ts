import type { Graph } from './graph.js';

/** Rows that hang together by free values, in the order in which they are met. */
export interface Component {
  readonly nodes: readonly number[];
  /** The same for two components that may be partners. */
  readonly sort: string;
}

export function componentsOf(graph: Graph, classes: readonly number[]): Component[] {
  const seen = new Set<number>();
  const components: Component[] = [];
  for (const start of graph.nodes.keys()) {
    if (seen.has(start)) continue;
    seen.add(start);
    const nodes = [start];
    const met = new Set<number>();
    for (let at = 0; at < nodes.length; at += 1) {
      for (const { value } of graph.nodes[nodes[at] as number]?.links ?? []) {
        if (met.has(value)) continue;
        met.add(value);
        for (const next of graph.holders[value] ?? []) {
          if (seen.has(next)) continue;
          seen.add(next);
          nodes.push(next);
        }
      }
    }
    const sorted = nodes.map((node) => classes[node] as number).sort((a, b) => a - b);
    components.push({ nodes, sort: sorted.join(' ') });
  }
  return components;
}
