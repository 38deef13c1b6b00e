import { identity } from '@hot-fixture/changes';
import { type Row, sameTable, type Value } from '@hot-fixture/database';
import type { Domain, Domains } from './domains.js';
import { Renaming } from './renaming.js';
import type { Sides } from './sides.js';

/** Values of a domain of which all rows that hold them are known, by the number of the domain. */
export type Complete = readonly ReadonlySet<string>[];

/**
 * Lets generated keys be renamed where that is safe. One that only one side has may be: no row that
 * did not change can point to it. One that both sides have may be only if all rows are known that
 * point to it.
 */
export function freeValues(
  sides: readonly Sides[],
  domains: Domains,
  complete: Complete | null,
): Renaming {
  const renaming = new Renaming(domains.all.length);
  for (const [number, domain] of domains.all.entries()) {
    const expected = definedIn(sides, domain, 'expected');
    const found = definedIn(sides, domain, 'found');
    const mayMove = (id: string, isOnBoth: boolean) => {
      if (complete?.[number]?.has(id)) return true;
      if (!domain.isUnique) return false;
      return !isOnBoth || (complete !== null && domain.places.length === 1);
    };
    for (const [id, value] of expected) {
      if (mayMove(id, found.has(id))) renaming.setFree('expected', number, value);
    }
    for (const [id, value] of found) {
      if (mayMove(id, expected.has(id))) renaming.setFree('found', number, value);
    }
  }
  return renaming;
}

/** The values of the generated column itself. */
export function definedIn(
  sides: readonly Sides[],
  { origin }: Domain,
  which: 'expected' | 'found',
): Map<string, Value> {
  const table = sides.find((it) => sameTable(it, origin.table));
  const place = table?.columns.indexOf(origin.column) ?? -1;
  if (!table || typeof table.roles[place] !== 'number') return new Map();
  const values = table[which].map((row: Row) => row[place] as Value);
  return new Map(values.map((value) => [identity([value]), value]));
}
