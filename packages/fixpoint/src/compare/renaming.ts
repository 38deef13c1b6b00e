import { identity } from '@hot-fixture/changes';
import type { Value } from '@hot-fixture/database';

/**
 * Which generated key of the expected state is which one of the found state. It is kept for each
 * domain: the generated column and all columns that point to it. Only free values get a partner;
 * all others stand for themselves.
 */
export class Renaming {
  readonly #free: readonly { readonly expected: Set<string>; readonly found: Set<string> }[];
  readonly #partners: readonly Map<string, Value>[];
  readonly #taken: readonly Set<string>[];

  /** @param domains how many there are */
  constructor(domains: number) {
    const of = <T>(make: () => T) => Array.from({ length: domains }, make);
    this.#free = of(() => ({ expected: new Set<string>(), found: new Set<string>() }));
    this.#partners = of(() => new Map());
    this.#taken = of(() => new Set());
  }

  /** Lets a value of one side have a partner. */
  setFree(side: 'expected' | 'found', domain: number, value: Value): void {
    this.#free[domain]?.[side].add(identity([value]));
  }

  isFree(side: 'expected' | 'found', domain: number, value: Value): boolean {
    return this.#free[domain]?.[side].has(identity([value])) ?? false;
  }

  /** What the value of the expected state is in the found one; undefined where it has no partner. */
  translate(domain: number, value: Value): Value | undefined {
    const id = identity([value]);
    const free = this.#free[domain];
    if (free?.expected.has(id)) return this.#partners[domain]?.get(id);
    // A value that points to nothing is not the same as one that points to a new row.
    return free?.found.has(id) ? undefined : value;
  }

  /** Whether the two are partners, or could still be. */
  fits(domain: number, expected: Value, found: Value): boolean {
    const known = this.translate(domain, expected);
    if (known !== undefined) return identity([known]) === identity([found]);
    return this.isFree('expected', domain, expected) && this.#isLoose(domain, found);
  }

  #isLoose(domain: number, found: Value): boolean {
    const id = identity([found]);
    return (this.#free[domain]?.found.has(id) ?? false) && !this.#taken[domain]?.has(id);
  }

  /** Makes the two partners, if both are free and without one. */
  pair(domain: number, expected: Value, found: Value): boolean {
    const id = identity([expected]);
    if (!this.isFree('expected', domain, expected)) return false;
    if (this.#partners[domain]?.has(id) || !this.#isLoose(domain, found)) return false;
    this.#partners[domain]?.set(id, found);
    this.#taken[domain]?.add(identity([found]));
    return true;
  }

  /** Takes back what `pair` did. */
  unpair(domain: number, expected: Value): void {
    const id = identity([expected]);
    const found = this.#partners[domain]?.get(id);
    if (found === undefined) return;
    this.#partners[domain]?.delete(id);
    this.#taken[domain]?.delete(identity([found]));
  }
}
