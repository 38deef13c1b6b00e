import { performance } from 'node:perf_hooks';
import type { Made } from '../build.js';
import { digestOfFixture } from './digest.js';
import { inFolder, type KeptFixture, removeOldDumps, writeDump } from './file.js';
import { betweenHooks, type DumpJob } from './job.js';
import { currentRun } from './run.js';
import { type KeptValue, keepValue } from './value.js';
import { digestOfFiles, watchedFiles } from './watch.js';

/**
 * Runs the block, and writes what it did to a file.
 * @param why a dump that was there is not used
 * @throws HFIT_DUMP_VALUE, and what the block throws
 */
export function recordDump(job: DumpJob, why: string | undefined): Promise<Made> {
  const { core, frame, tracking, dump, options, root } = job;
  return betweenHooks(job, false, async () => {
    // What the hooks did is not the block's.
    await frame.cut(tracking);
    const [part, entry] = [frame.parts.length, frame.built.length];
    const began = performance.now();
    const value = await job.block({ include: (sql) => include(job, sql) });
    await frame.turns.idle();
    const cost = performance.now() - began;
    await frame.cut(tracking);

    const parts = frame.parts.slice(part);
    const inner = frame.built.slice(entry);
    const kept = (name: string, it: unknown, findable: boolean): KeptValue | null =>
      findable ? null : keepValue(name, it);
    const own: KeptFixture = {
      name: dump.name,
      value: kept(dump.name, value, options.find !== undefined),
      cost,
      uses: [...frame.uses],
      keep: options.clean === false,
    };
    const within = inner.map((it): KeptFixture => {
      const { name, uses, keep } = it;
      return {
        name,
        value: kept(name, it.value, it.findable),
        cost: it.cost,
        uses: [...uses],
        keep,
      };
    });
    const patterns = [...frame.sources].sort();
    const files = await watchedFiles(dump.name, root, [], patterns);
    const isInside = new Set(inner.map(({ name }) => name));
    const used = [...core.scope.withUsed(frame.uses)].filter((name) => !isInside.has(name));
    const head = {
      dump: dump.name,
      digest: dump.digest,
      run: currentRun(),
      made: new Date().toISOString(),
      cost,
      fixtures: [...within, own],
      uses: Object.fromEntries(used.map((name) => [name, digestOfFixture(job, name)])),
      sources: { patterns, digest: await digestOfFiles(root, files) },
      statements: frame.statements,
      parts: parts.map(({ fixture }) => fixture),
    };
    await inFolder(dump.file, dump.name, async () => {
      await writeDump(dump.file, head, parts);
      await removeOldDumps(dump.file, dump.name, tracking.dialect);
    });
    return {
      value,
      how: why === undefined ? 'its dump was written' : `its dump was not used: ${why}`,
    };
  });
}

async function include({ frame, tracking }: DumpJob, sql: string): Promise<void> {
  await tracking.run(sql);
  frame.statements.push(sql);
}
