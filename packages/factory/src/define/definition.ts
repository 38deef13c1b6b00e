import type { Generator } from '@hot-fixture/generator';
import type { Creator } from './creator.js';
import type { AnyFactory } from './factory.js';
import type { Relation } from './relation.js';

/** Runs on a row; `context` tells what it was made with. */
export type Hook = (row: never, context: never) => unknown;

export interface Hooks {
  readonly afterBuild: readonly Hook[];
  readonly beforeCreate: readonly Hook[];
  readonly afterCreate: readonly Hook[];
}

/** Gives the factory with the trait. */
export type Trait = (factory: AnyFactory, ...args: never[]) => AnyFactory;

/** All that a factory is. It never changes: each chained call makes another one of it. */
export interface Definition {
  readonly name: string;
  /** What rows are counted by, and values depend on: all factories of one table share it. */
  readonly place: string;
  /** The table that rows are created in; null for objects that are in no table. */
  readonly table: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly traits: ReadonlyMap<string, Trait>;
  readonly params: Readonly<Record<string, unknown>>;
  readonly hooks: Hooks;
  readonly relations: readonly Relation[];
  readonly recycled: readonly Recycled[];
  /** Null for the generator of the process. */
  readonly generator: Generator | null;
  /** Null where there is no database. */
  readonly creator: Creator | null;
}

/** Rows to point to, in place of new ones. */
export interface Recycled {
  readonly table: string;
  readonly rows: readonly object[];
}

export const noHooks: Hooks = { afterBuild: [], beforeCreate: [], afterCreate: [] };
