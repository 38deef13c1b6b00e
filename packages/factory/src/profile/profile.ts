import type { Factories } from '../database/factories.js';
import type { Call } from '../database/scope.js';

/** What one factory did in a run. */
export interface FactoryProfile {
  readonly factory: string;
  readonly rows: number;
  /** Asked for by name; the others were needed by other rows. */
  readonly topLevel: number;
  readonly nested: number;
  /** Rows of one call are written together, so each has the same part of its time. */
  readonly milliseconds: number;
  /** Of the time of the run, from 0 to 1. */
  readonly share: number;
}

/** Rows that were made because others needed them. */
export interface Cascade {
  /** The keys that lead to them, such as `orders.customer_id → customers.country_id`. */
  readonly path: string;
  readonly table: string;
  readonly rows: number;
  /** So many fewer would be made with one row for all of them: `recycle`. */
  readonly saved: number;
  readonly milliseconds: number;
}

export interface ProfileReport {
  readonly milliseconds: number;
  readonly rows: number;
  /** The ones that took most time first. */
  readonly factories: readonly FactoryProfile[];
  /** Those worth breaking, the most expensive first. */
  readonly cascades: readonly Cascade[];
}

interface Counted {
  rows: number;
  topLevel: number;
  milliseconds: number;
}

/** Watches factories from now on, to tell what a run spends its time on. */
export class Profile {
  readonly #factories = new Map<string, Counted>();
  readonly #cascades = new Map<string, { table: string } & Counted>();
  readonly #watched = new Set<Factories>();
  readonly #begin = performance.now();

  /** Lets it watch; more than one may be watched. */
  watch(factories: Factories): this {
    this.#watched.add(factories);
    factories.watchers.add(this.#note);
    return this;
  }

  stop(): ProfileReport {
    for (const it of this.#watched) it.watchers.delete(this.#note);
    return this.report();
  }

  report(): ProfileReport {
    const milliseconds = performance.now() - this.#begin;
    const factories = [...this.#factories].map(([factory, it]) => ({
      ...{ factory, ...it, nested: it.rows - it.topLevel, share: it.milliseconds / milliseconds },
    }));
    const cascades = [...this.#cascades]
      .map(([path, { table, rows, milliseconds: spent }]) => {
        const saved = rows - 1;
        return { path, table, rows, saved, milliseconds: (spent * saved) / rows };
      })
      .filter(({ saved }) => saved > 0);
    return {
      milliseconds,
      rows: factories.reduce((sum, { rows }) => sum + rows, 0),
      factories: factories.sort((a, b) => b.milliseconds - a.milliseconds),
      cascades: cascades.sort((a, b) => b.milliseconds - a.milliseconds),
    };
  }

  readonly #note = ({ nodes, milliseconds }: Call): void => {
    const each = milliseconds / Math.max(1, nodes.length);
    for (const { definition, facts, via, isParent } of nodes) {
      const own = counted(this.#factories, definition.name, {});
      own.rows += 1;
      own.milliseconds += each;
      if (via === null) {
        own.topLevel += 1;
        continue;
      }
      if (!isParent) continue;
      const cascade = counted(this.#cascades, via, { table: facts.name });
      cascade.rows += 1;
      cascade.milliseconds += each;
    }
  };
}

function counted<X extends object>(all: Map<string, X & Counted>, name: string, more: X) {
  const known = all.get(name) ?? { ...more, rows: 0, topLevel: 0, milliseconds: 0 };
  all.set(name, known);
  return known;
}

/** The report for people: a line for each factory, and the cascades that cost most. */
export function profileAsText({ milliseconds, rows, factories, cascades }: ProfileReport): string {
  const time = (it: number) => `${it.toFixed(it < 10 ? 1 : 0)} ms`;
  const wide = Math.max(7, ...factories.map(({ factory }) => factory.length));
  const lines = factories.map(
    (it) =>
      `${it.factory.padEnd(wide)}  ${String(it.rows).padStart(6)}  ${String(it.topLevel).padStart(9)}  ` +
      `${String(it.nested).padStart(6)}  ${time(it.milliseconds).padStart(9)}  ${(it.share * 100).toFixed(0).padStart(4)} %`,
  );
  const worth = cascades
    .slice(0, 5)
    .map(
      (it) =>
        `  ${it.path}: ${it.rows} rows of ${it.table}; one for all would save ${time(it.milliseconds)}`,
    );
  return [
    `${rows} rows in ${time(milliseconds)}`,
    `${'factory'.padEnd(wide)}    rows  top level  nested       time   share`,
    ...lines,
    ...(worth.length > 0
      ? ['Cascades worth breaking, by recycle(…) or belongsTo(…):', ...worth]
      : []),
  ].join('\n');
}
