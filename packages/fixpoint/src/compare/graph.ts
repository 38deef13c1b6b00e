import { compareRows, identity, pick } from '@hot-fixture/changes';
import type { Row, Value } from '@hot-fixture/database';
import type { Renaming } from './renaming.js';
import type { Sides } from './sides.js';

export type Side = 'expected' | 'found';

/** A row that holds values which may be renamed. */
export interface Node {
  readonly side: Side;
  readonly table: number;
  readonly sides: Sides;
  readonly row: Row;
  /** The places of its free values, and the numbers of these values in the graph. */
  readonly links: readonly {
    readonly place: number;
    readonly domain: number;
    readonly value: number;
  }[];
  /** What has to be the same in its partner, whatever the renaming. */
  readonly label: string;
}

/** The rows of one side and the free values that join them. */
export interface Graph {
  readonly nodes: readonly Node[];
  /** For each value, the nodes that hold it. */
  readonly holders: readonly (readonly number[])[];
  /** The values themselves, and their domains. */
  readonly values: readonly { readonly domain: number; readonly value: Value }[];
  readonly numberOf: ReadonlyMap<string, number>;
}

export const valueId = (domain: number, value: Value) => `${domain} ${identity([value])}`;

export function graphOf(tables: readonly Sides[], side: Side, renaming: Renaming): Graph {
  const numberOf = new Map<string, number>();
  const values: { domain: number; value: Value }[] = [];
  const holders: number[][] = [];
  const nodes: Node[] = [];
  const numbered = (domain: number, value: Value): number => {
    const id = valueId(domain, value);
    const known = numberOf.get(id);
    if (known !== undefined) return known;
    numberOf.set(id, values.length);
    values.push({ domain, value });
    holders.push([]);
    return values.length - 1;
  };
  for (const [table, sides] of tables.entries()) {
    for (const row of inOrder(sides, side)) {
      const links = sides.roles.flatMap((role, place) => {
        const value = row[place] as Value;
        if (typeof role !== 'number' || !renaming.isFree(side, role, value)) return [];
        return [{ place, domain: role, value: numbered(role, value) }];
      });
      if (links.length === 0) continue;
      for (const number of new Set(links.map(({ value }) => value)))
        holders[number]?.push(nodes.length);
      nodes.push({ side, table, sides, row, links, label: labelOf(sides, row, table, links) });
    }
  }
  return { nodes, holders, values, numberOf };
}

/** By their keys, so that rows that could be taken for each other keep their order. */
function inOrder(sides: Sides, side: Side): Row[] {
  const { key, keyPlaces } = sides;
  const keyOf = (row: Row) => (key === null ? row : pick(row, keyPlaces));
  return [...sides[side]].sort((a, b) => compareRows(keyOf(a), keyOf(b)));
}

/** Free values count only by where they are the same within the row. */
function labelOf({ roles }: Sides, row: Row, table: number, links: Node['links']): string {
  const numbers = links.map(({ value }) => value);
  const shape = links.map(({ place }, i) => `${place}:${numbers.indexOf(numbers[i] as number)}`);
  const free = new Set(links.map(({ place }) => place));
  const fixed = row.map((value, place) =>
    free.has(place) || roles[place] === 'ignored' || roles[place] === 'volatile' ? null : value,
  );
  return `${table} ${shape.join(' ')} ${identity(fixed)}`;
}
