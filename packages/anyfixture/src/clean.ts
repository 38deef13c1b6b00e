import { apply, invert, snapshotOf } from '@hot-fixture/changes';
import { HfitError } from '@hot-fixture/errors';
import { comesBack } from './build.js';
import type { Core } from './core.js';
import type { Part } from './parts.js';
import { type Entry, Scope } from './scope.js';
import type { Tracking } from './tracking.js';

export interface CleanStateOptions {
  /**
   * Also without the rows that were there before the first fixture, such as those of migrations. It
   * costs what the database holds.
   */
  readonly everything?: boolean;
}

/** Takes the rows of all fixtures away; the values stay, and rows come back as they are asked for. */
export function clean(core: Core): Promise<void> {
  return core.alone('clean', (tracking) => takeAway(tracking, core.scope));
}

/** The same, and forgets the values. */
export function reset(core: Core): Promise<void> {
  return core.alone('reset', async (tracking) => {
    const { scope } = core;
    await takeAway(tracking, scope);
    const kept = scope.kept();
    scope.forget(new Set([...scope.entries.keys()].filter((name) => !kept.has(name))));
  });
}

async function takeAway(tracking: Tracking, scope: Scope): Promise<void> {
  const kept = scope.kept();
  const stay = scope.partsOf(kept).map((part) => part.changes);
  await tracking.takeBack(stay, scope.base);
  for (const entry of scope.entries.values()) if (!kept.has(entry.name)) entry.away = true;
}

/** Takes everything away until `enable`. Fixtures that are built meanwhile go at the end. */
export function disable(core: Core, { everything = false }: CleanStateOptions): Promise<void> {
  return core.alone('disable', async (tracking) => {
    const { scope, scopes } = core;
    await tracking.checkpoint(wayBack(tracking, scopes.length));
    const inner = new Scope(`${tracking.first}-clean-${scopes.length}`);
    if (everything) await empty(core, tracking);
    else {
      const kept = scope.kept();
      const parts = scope.partsOf(kept);
      await tracking.takeBack(
        parts.map((part) => part.changes),
        scope.base,
      );
      for (const name of kept) {
        const entry = scope.entries.get(name);
        if (entry && !entry.away) inner.entries.set(name, entry);
      }
    }
    await tracking.checkpoint(inner.base as string);
    scopes.push(inner);
  });
}

/** Brings back what `disable` took away. */
export function enable(core: Core): Promise<void> {
  return core.alone('enable', async (tracking) => {
    if (core.scopes.length === 1) throw new HfitError('HFIT_FIXTURE_ENABLED', {});
    await tracking.rewind(wayBack(tracking, core.scopes.length - 1));
    core.scopes.pop();
  });
}

const wayBack = ({ first }: Tracking, depth: number) => `${first}-disabled-${depth}`;

async function empty(core: Core, { database }: Tracking): Promise<void> {
  const { schemas } = core.options;
  const all = await snapshotOf(database, schemas ? { schemas } : {});
  await apply(database, invert({ ...all, sequences: [] }), {
    ...core.options,
    sequences: 'set',
    allowOrphans: true,
  });
}

/** What the database held at a checkpoint of a test's. */
export interface Kept {
  readonly depth: number;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly parts: readonly Part[];
}

export function checkpoint(core: Core, name: string, known: Map<string, Kept>): Promise<void> {
  return core.alone('checkpoint', async (tracking) => {
    const { scope, scopes } = core;
    await tracking.checkpoint(name);
    const present = [...scope.entries].filter(([, entry]) => !entry.away);
    known.set(name, {
      depth: scopes.length,
      entries: new Map(present),
      parts: scope.parts.filter(({ fixture }) => !scope.entries.get(fixture)?.away),
    });
  });
}

/**
 * Rewinds to a checkpoint of a test's, and brings fixtures back that were built since: what one test
 * was the first to ask for is there for the next. One that does not fit without the rest of what the
 * test did is forgotten.
 */
export function rewind(core: Core, to: string, known: Map<string, Kept>): Promise<void> {
  return core.alone('rewind', async (tracking) => {
    await tracking.rewind(to);
    const kept = known.get(to) as Kept;
    core.scopes.length = kept.depth;
    const { scope } = core;
    const later = [...scope.entries.values()].filter((it) => !kept.entries.has(it.name));
    const laterParts = scope.partsOf(new Set(later.map(({ name }) => name)));
    scope.entries.clear();
    for (const entry of kept.entries.values()) {
      entry.away = false;
      scope.entries.set(entry.name, entry);
    }
    scope.parts = [...kept.parts, ...laterParts];
    const built = later.filter(({ away }) => !away);
    for (const entry of later) {
      entry.away = true;
      scope.entries.set(entry.name, entry);
    }
    for (const entry of built) {
      const isGone = () => scope.entries.get(entry.name) === entry && entry.away;
      if (isGone()) await comesBack(tracking, scope, entry, null);
    }
    if (built.length > 0) {
      await tracking.checkpoint(to);
      const present = [...scope.entries].filter(([, entry]) => !entry.away);
      known.set(to, { ...kept, entries: new Map(present), parts: scope.parts });
    }
  });
}
