import type { Frame } from './frame.js';
import type { Part } from './parts.js';

/** A fixture that is built. */
export interface Entry {
  readonly name: string;
  value: unknown;
  /** In milliseconds: what building it takes, the fixtures that it built on the way included. */
  readonly cost: number;
  /** The fixtures that its block asked for. */
  readonly uses: ReadonlySet<string>;
  /** Not touched by clean and reset. */
  readonly keep: boolean;
  /** The build that it is a part of, and goes down with. */
  within: Frame | null;
  /** Its rows were cleaned away; its value is known. */
  away: boolean;
  /** Whether it knows how to get its value from the database. */
  readonly findable: boolean;
  /** It came with the dump of another one, and its value is still to be found. */
  unknown?: boolean;
}

/** The fixtures that the database holds now. While it is kept clean, it is another one. */
export class Scope {
  /** The checkpoint that it begins with; none for the first one. */
  readonly base: string | undefined;
  readonly entries = new Map<string, Entry>();
  /** In the order in which it happened. */
  parts: Part[] = [];

  constructor(base?: string) {
    this.base = base;
  }

  /** These fixtures and all that they use, directly or not. */
  withUsed(names: Iterable<string>): Set<string> {
    const found = new Set<string>();
    const visit = (name: string) => {
      if (found.has(name)) return;
      found.add(name);
      for (const used of this.entries.get(name)?.uses ?? []) visit(used);
    };
    for (const name of names) visit(name);
    return found;
  }

  /** The fixtures that clean and reset leave alone, and those that they stand on. */
  kept(): Set<string> {
    return this.withUsed([...this.entries.values()].filter((it) => it.keep).map((it) => it.name));
  }

  partsOf(names: ReadonlySet<string>): Part[] {
    return this.parts.filter(({ fixture }) => names.has(fixture));
  }

  forget(names: ReadonlySet<string>): void {
    for (const name of names) this.entries.delete(name);
    this.parts = this.parts.filter(({ fixture }) => !names.has(fixture));
  }
}
