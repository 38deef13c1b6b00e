import { performance } from 'node:perf_hooks';
import { HfitError } from '@hot-fixture/errors';
import type { Core } from './core.js';
import { currentFrame, Frame, runWithin } from './frame.js';
import { chain } from './parts.js';
import type { Entry, Scope } from './scope.js';
import type { Tracking } from './tracking.js';

/** How a fixture comes to be. */
export interface Recipe {
  /** Not touched by clean and reset. */
  readonly keep: boolean;
  /** The files that it is made from, as globs. */
  readonly sources: readonly string[];
  /** Gets the value from the database. */
  readonly find?: () => unknown;
  make(frame: Frame, tracking: Tracking): Promise<Made>;
}

export interface Made {
  readonly value: unknown;
  /** True where its rows were there before, and are not ours to clean. */
  readonly keep?: true;
  /** True where all that was done is among the parts of the frame. */
  readonly isKnown?: boolean;
  /** What the block alone would take, in milliseconds, where something quicker was done. */
  readonly blockCost?: number;
  /** What was done instead of the block, or why it was not: for the report. */
  readonly how?: string;
}

/**
 * The value of a fixture: built by the recipe at the first call, known later.
 * @throws HFIT_FIXTURE_RECURSION, HFIT_FIXTURE_LEFT, and what the block throws
 */
export async function obtain(core: Core, name: string, recipe: Recipe): Promise<unknown> {
  const parent = currentFrame(core);
  parent?.assertNew(name);
  const known = ready(core.scope, name, parent);
  if (known) return hit(core, known, recipe, parent);
  return (parent ?? core).turns.run(async () => {
    const tracking = await core.tracking();
    const { scope } = core;
    const meanwhile = ready(scope, name, parent);
    if (meanwhile) return hit(core, meanwhile, recipe, parent);
    const entry = scope.entries.get(name);
    if (entry?.away && (await comesBack(tracking, scope, entry, parent))) {
      return hit(core, entry, recipe, parent);
    }
    const built = await build(core, tracking, scope, name, recipe, parent);
    parent?.uses.add(name);
    return built.value;
  });
}

/** An entry whose rows are there, for good or within what is built around the caller. */
function ready(scope: Scope, name: string, parent: Frame | null): Entry | null {
  const entry = scope.entries.get(name);
  if (!entry || entry.away) return null;
  return entry.within === null || parent?.isWithin(entry.within) ? entry : null;
}

async function hit(core: Core, entry: Entry, recipe: Recipe, parent: Frame | null) {
  parent?.uses.add(entry.name);
  core.usage.hit(entry.name, entry.cost);
  if (entry.unknown && recipe.find) {
    entry.value = await recipe.find();
    entry.unknown = false;
  }
  return entry.value;
}

async function build(
  core: Core,
  tracking: Tracking,
  scope: Scope,
  name: string,
  recipe: Recipe,
  parent: Frame | null,
): Promise<Entry> {
  if (parent) await parent.endPart(tracking);
  const frame = new Frame(name, parent, tracking.first);
  await tracking.checkpoint(frame.start);
  const began = performance.now();
  try {
    const made = await runWithin(core, frame, () => recipe.make(frame, tracking));
    await frame.turns.idle();
    if (!made.isKnown) await frame.endPart(tracking);
    const cost = performance.now() - began;
    const entry: Entry = {
      name,
      value: made.value,
      cost: made.blockCost ?? cost,
      uses: frame.uses,
      keep: made.keep ?? recipe.keep,
      within: parent,
      away: false,
      findable: recipe.find !== undefined,
    };
    for (const inner of [...frame.built, ...frame.returned]) inner.within = parent;
    scope.entries.set(name, entry);
    (parent ?? scope).parts.push(...frame.parts);
    parent?.built.push(...frame.built, entry);
    parent?.returned.push(...frame.returned);
    parent?.statements.push(...frame.statements);
    for (const source of [...recipe.sources, ...frame.sources]) parent?.sources.add(source);
    core.usage.built(name, cost - frame.inside, entry.cost - cost, made.how);
    if (parent) parent.inside += cost;
    return entry;
  } catch (error) {
    await frame.turns.idle();
    for (const inner of frame.built) scope.entries.delete(inner.name);
    for (const inner of frame.returned) {
      inner.away = true;
      inner.within = null;
    }
    await takeBack(tracking, frame, error);
    throw error;
  } finally {
    frame.ended = true;
    if (parent) await parent.beginPart(tracking);
  }
}

async function takeBack(tracking: Tracking, frame: Frame, cause: unknown): Promise<void> {
  try {
    await tracking.rewind(frame.start);
  } catch (error) {
    const values = { fixture: frame.name, reason: reasonOf(error) };
    throw new HfitError('HFIT_FIXTURE_LEFT', values, { cause });
  }
}

/** What went wrong, as a part of a sentence, where another error is the cause. */
export function reasonOf(error: unknown): string {
  return error instanceof HfitError ? `${error.code}: ${error.what}` : String(error);
}

/** Brings the rows of a cleaned fixture back, and of those that it uses; false where they do not fit. */
export async function comesBack(
  tracking: Tracking,
  scope: Scope,
  entry: Entry,
  parent: Frame | null,
): Promise<boolean> {
  const needed = scope.withUsed([entry.name]);
  const away = new Set([...needed].filter((name) => scope.entries.get(name)?.away));
  if (parent) await parent.endPart(tracking);
  try {
    const changes = scope.partsOf(away).map((part) => part.changes);
    await tracking.bring(chain(tracking.dialect, changes));
    for (const name of away) {
      const back = scope.entries.get(name) as Entry;
      back.away = false;
      back.within = parent;
      parent?.returned.push(back);
    }
    return true;
  } catch (error) {
    if (!(error instanceof HfitError) || error.kind !== 'conflict') throw error;
    scope.forget(away);
    return false;
  } finally {
    if (parent) await parent.beginPart(tracking);
  }
}
