import { type Component, componentsOf } from './components.js';
import type { Domains } from './domains.js';
import { type Complete, freeValues } from './free.js';
import { graphOf } from './graph.js';
import { guess } from './guess.js';
import { classesOf } from './refine.js';
import type { Renaming } from './renaming.js';
import { Search } from './search.js';
import type { Sides } from './sides.js';

/** How many rows are tried as partners; more than any difference that people look at takes. */
const mostSteps = 3_000_000;

/**
 * Looks for the renaming of generated keys under which the least stays different. Whatever it
 * gives, what stays is counted afterwards without trust in it: a poor renaming shows too much,
 * never too little.
 * @param complete values of which all rows that hold them are among the sides; null where nothing
 *   was read but the difference
 */
export function findRenaming(
  sides: readonly Sides[],
  domains: Domains,
  complete: Complete | null,
  now: Date,
): Renaming {
  const renaming = freeValues(sides, domains, complete);
  const expected = graphOf(sides, 'expected', renaming);
  const found = graphOf(sides, 'found', renaming);
  const classes = classesOf(expected, found);
  const search = new Search(expected, found, classes, renaming, now, mostSteps);
  const waiting = new Map<string, Component[]>();
  for (const component of componentsOf(found, classes.found)) {
    const list = waiting.get(component.sort);
    if (list) list.push(component);
    else waiting.set(component.sort, [component]);
  }
  for (const component of componentsOf(expected, classes.expected)) {
    const candidates = waiting.get(component.sort) ?? [];
    const at = candidates.findIndex((it) => search.match(component, it));
    if (at !== -1) candidates.splice(at, 1);
  }
  guess(expected, found, renaming, domains, (node) => search.isUsed(node));
  return renaming;
}
