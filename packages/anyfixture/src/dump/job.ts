import type { Core } from '../core.js';
import type { Frame } from '../frame.js';
import type { Tracking } from '../tracking.js';
import type { Dump, DumpBlock, DumpOptions, DumpSettings } from './options.js';

/** All that it takes to make one dump be there. */
export interface DumpJob {
  readonly core: Core;
  readonly frame: Frame;
  readonly tracking: Tracking;
  /** What paths of watched files are relative to. */
  readonly root: string;
  readonly dump: Omit<Dump, 'success'>;
  readonly block: (dump: DumpBlock) => unknown;
  readonly options: DumpOptions;
  readonly settings: DumpSettings;
}

/** Whether code of the user's may write to the database where the block does not run. */
export function hasHooks({ options, settings }: DumpJob): boolean {
  const { before, after, skipIf, find } = options;
  return [before, after, skipIf, find, settings.before, settings.after].some((it) => it);
}

/**
 * Calls the hooks around the block, or around the loading in its place: each of them once, and the
 * later ones also where it failed.
 */
export async function betweenHooks<T>(
  { frame, tracking, dump, options, settings }: DumpJob,
  importing: boolean,
  work: () => Promise<T>,
): Promise<T> {
  const state = { ...dump, success: false };
  const event = { dump: state, import: importing };
  const outcome = await settle(async () => {
    if (settings.before || options.before) {
      const until = await tracking.all();
      await settings.before?.(event);
      await options.before?.(event);
      // They may have made tables, such as those of a tenant.
      if (await tracking.renew(until)) await frame.restart(tracking);
    }
    const result = await work();
    state.success = true;
    return result;
  });
  const after = [
    await settle(async () => options.after?.(event)),
    await settle(async () => settings.after?.(event)),
  ];
  for (const it of [outcome, ...after]) if ('error' in it) throw it.error;
  return (outcome as { readonly value: T }).value;
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

async function settle<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  return work().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}
