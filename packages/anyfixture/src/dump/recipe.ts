import { join, resolve } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import type { Made, Recipe } from '../build.js';
import type { Core } from '../core.js';
import type { Frame } from '../frame.js';
import type { Tracking } from '../tracking.js';
import { keyText } from './cache-key.js';
import { dumpDigest } from './digest.js';
import { dumpFile, readDump } from './file.js';
import type { DumpJob } from './job.js';
import { loadDump } from './load.js';
import { withLock } from './lock.js';
import { type DumpBlock, type DumpOptions, defaultWatch } from './options.js';
import { recordDump } from './record.js';
import { isForced } from './run.js';
import { restoreValue } from './value.js';
import { digestOfFiles, portable, rootOf, watchedFiles } from './watch.js';

export interface DumpSpec {
  readonly name: string;
  readonly block: (dump: DumpBlock) => unknown;
  readonly options: DumpOptions;
  /** The file that registers it. */
  readonly caller: string | null;
}

/** How long to wait for another process, in milliseconds. */
const patience = 600_000;

/** A fixture that is loaded from a file where there is one that fits, and else built. */
export function dumpRecipe(core: Core, spec: DumpSpec): Recipe {
  const { name, options, caller } = spec;
  const settings = core.options.dumps ?? {};
  const root = rootOf(settings);
  const watch = options.watch ?? (caller === null ? [] : [caller]);
  const own = watch.map((it) => portable(root, it));
  return {
    keep: options.clean === false,
    sources: own,
    ...(options.find && { find: options.find }),
    async make(frame, tracking) {
      const job = await prepare(core, spec, root, own, frame, tracking);
      const { file } = job.dump;
      if (await options.skipIf?.({ dump: { ...job.dump, success: false } })) return skipped(job);
      const early = (await isForced(name, file)) ? {} : await loadDump(job);
      if (early.made) return early.made;
      return withLock(file, name, settings.lockPatience ?? patience, async () => {
        // Who held the lock has built it meanwhile, if this is another file than the one refused.
        const late = (await isForced(name, file)) ? {} : await loadDump(job, early.refused);
        return late.made ?? recordDump(job, early.reason ?? late.reason);
      });
    },
  };
}

async function skipped({ dump, options }: DumpJob): Promise<Made> {
  const how = 'skipped';
  if (options.find) return { value: await options.find(), keep: true, how };
  const there = await readDump(dump.file).catch(() => null);
  const kept = there?.head.fixtures.at(-1)?.value ?? { nothing: true };
  return { value: restoreValue(kept), keep: true, how };
}

async function prepare(
  core: Core,
  { name, block, options, caller }: DumpSpec,
  root: string,
  own: readonly string[],
  frame: Frame,
  tracking: Tracking,
): Promise<DumpJob> {
  if (!options.watch && caller === null) throw new HfitError('HFIT_DUMP_CALLER', { dump: name });
  const settings = core.options.dumps ?? {};
  const others = (settings.watch ?? defaultWatch).map((it) => portable(root, it));
  const files = await watchedFiles(name, root, own, others);
  const schema = tracking.schema;
  const key = keyText(name, options.cacheKey);
  const digest = dumpDigest(name, schema, await digestOfFiles(root, files), key);
  const folder = settings.folder ?? join('node_modules', '.cache', 'hot-fixture', 'dumps');
  const file = dumpFile(resolve(root, folder), name, tracking.dialect, digest);
  return { core, frame, tracking, root, dump: { name, digest, file }, block, options, settings };
}
