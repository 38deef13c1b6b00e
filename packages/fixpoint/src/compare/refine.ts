import type { Graph } from './graph.js';

/** The classes of the rows of two graphs: partners are of one class. */
export interface Classes {
  readonly expected: readonly number[];
  readonly found: readonly number[];
}

/** Rounds after which the rest is left to the search. */
const mostRounds = 30;

/**
 * Tells rows apart by what they hold, then by what their values join them to, and so on until no
 * more can be told apart: colour refinement (Weisfeiler and Leman, 1968).
 */
export function classesOf(expected: Graph, found: Graph): Classes {
  const graphs = [expected, found];
  let rows = relabel(graphs.map(({ nodes }) => nodes.map(({ label }) => label)));
  let count = -1;
  for (let round = 0; round < mostRounds && rows.count !== count; round += 1) {
    count = rows.count;
    const known = rows.numbers;
    const values = relabel(
      graphs.map(({ values: all, holders, nodes }, side) =>
        all.map(({ domain }, value) => {
          const uses = (holders[value] ?? []).flatMap((node) =>
            (nodes[node]?.links ?? [])
              .filter((link) => link.value === value)
              .map(({ place }) => `${known[side]?.[node]}.${place}`),
          );
          return `${domain} ${uses.sort().join(' ')}`;
        }),
      ),
    ).numbers;
    rows = relabel(
      graphs.map(({ nodes }, side) =>
        nodes.map(({ links }, node) =>
          [known[side]?.[node], ...links.map(({ value }) => values[side]?.[value])].join(' '),
        ),
      ),
    );
  }
  return { expected: rows.numbers[0] ?? [], found: rows.numbers[1] ?? [] };
}

/** Numbers in place of texts; the same number for the same text on both sides. */
function relabel(sides: readonly (readonly string[])[]) {
  const numbers = new Map<string, number>();
  const numbered = sides.map((labels) =>
    labels.map((label) => {
      const number = numbers.get(label) ?? numbers.size;
      numbers.set(label, number);
      return number;
    }),
  );
  return { numbers: numbered, count: numbers.size };
}
