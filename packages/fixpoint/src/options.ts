import type { Guard } from '@hot-fixture/database';
import type { CompareRules, Volatile, VolatileColumns } from './compare/rules.js';
import type { Sizes } from './files/folder.js';

/** Stands for the name of the fixpoint that was restored last, where a parent is to be named. */
export const lastRestored: unique symbol = Symbol('last restored');

/** The name of a fixpoint, or `lastRestored`. */
export type ParentName = string | typeof lastRestored;

export interface FixpointOptions extends Guard, Sizes, CompareRules {
  /** Where the files are; made where it is absent. */
  readonly directory: string;
  /**
   * Keeps a change log in the database, so that what a test did is known without reading all of it;
   * true by default. A restore that fills the database for the first time leaves it off, and the next
   * one switches it on; `at once` does so with the first. With false every restore and comparison
   * reads the whole database.
   */
  readonly log?: boolean | 'at once';
  /** How long to wait for the open transactions of others, in milliseconds: 10,000 by default. */
  readonly patience?: number;
  /** Nothing is written, and an absent fixpoint fails. By default, where the variable CI says so. */
  readonly ci?: boolean;
  /** A comparison accepts the state that it finds. By default, where HFIT_UPDATE=1 says so. */
  readonly update?: boolean;
  /**
   * Where a comparison that fails writes the page of its difference; false for nowhere. By default
   * what HFIT_DIFFERENCES names, else `.differences` in the directory, but in CI nowhere.
   */
  readonly pages?: string | false;
  /** What to run to record a fixpoint, for messages. */
  readonly command?: string;
  /** The same for one of another name, such as a parent that is absent. */
  readonly commandFor?: (name: string) => string;
}

export interface StoreOptions {
  /** Only what differs from this fixpoint is stored; without it, all rows are. */
  readonly parent?: ParentName;
  /** More tables that are no part of it. */
  readonly excludeTables?: readonly string[];
}

export interface RestoreOptions {
  /** More tables that are kept as they are. */
  readonly excludeTables?: readonly string[];
}

/** Rules are added to those of the `Fixpoints`; single values take their place. */
export interface ComparisonOptions extends CompareRules {
  /** Stores the fixpoint where it is absent, and fails all the same: read it and run again. */
  readonly storeAndFail?: boolean;
  /** What a fixpoint that is stored here is built on; by default what it was built on before. */
  readonly parent?: ParentName;
  readonly update?: boolean;
}

export function inCi({ ci }: Pick<FixpointOptions, 'ci'>): boolean {
  return ci ?? isCi(process.env);
}

/** Whether an environment says that it is one of continuous integration. */
export function isCi({ CI = '' }: Readonly<Record<string, string | undefined>>): boolean {
  return !['', '0', 'false'].includes(CI);
}

export function isUpdating(
  { update }: Pick<FixpointOptions, 'update'>,
  given: Pick<ComparisonOptions, 'update'>,
): boolean {
  return given.update ?? update ?? process.env.HFIT_UPDATE === '1';
}

/** The rules of all comparisons, and those of one. */
export function mergedRules(common: CompareRules, own: CompareRules): CompareRules {
  const lists = {
    ignore: [...(common.ignore ?? []), ...(own.ignore ?? [])],
    excludeTables: [...(common.excludeTables ?? []), ...(own.excludeTables ?? [])],
    volatile: mergedVolatile(common.volatile, own.volatile),
    generated: [...(common.generated ?? []), ...(own.generated ?? [])],
    references: { ...common.references, ...own.references },
  };
  const { tables = common.tables, sameKeys = common.sameKeys } = own;
  const { sequences = common.sequences, now = common.now } = own;
  return {
    ...lists,
    ...(tables && { tables }),
    ...(sameKeys !== undefined && { sameKeys }),
    ...(sequences && { sequences }),
    ...(now && { now }),
  };
}

/** The columns of one table are added to each other. */
function mergedVolatile(common: VolatileColumns = {}, own: VolatileColumns = {}): VolatileColumns {
  const added = Object.entries(own).map(([name, ours]) => {
    const theirs = common[name];
    const isBoth = theirs && isOfTable(theirs) && isOfTable(ours);
    return [name, isBoth ? { ...theirs, ...ours } : ours] as const;
  });
  return { ...common, ...Object.fromEntries(added) };
}

/** A column could be called as a field of a rule is. */
const isOfTable = (it: VolatileColumns[string]): it is Readonly<Record<string, Volatile>> =>
  typeof it.rule !== 'string';
