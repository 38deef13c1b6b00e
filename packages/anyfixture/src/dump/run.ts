import { HfitError } from '@hot-fixture/errors';
import { readDump } from './file.js';

/** The run of tests that this process is a part of; without a name, it is one by itself. */
export function currentRun(): string {
  return process.env.HFIT_RUN || `process ${process.pid} of ${Math.round(performance.timeOrigin)}`;
}

/**
 * Whether HFIT_FORCE_DUMP asks to build a dump anew: `1` for all, else a pattern that its name has to
 * fit. What this run has built is not built again.
 * @throws HFIT_DUMP_FORCE
 */
export async function isForced(name: string, file: string): Promise<boolean> {
  const asked = process.env.HFIT_FORCE_DUMP ?? '';
  if (asked === '' || asked === '0') return false;
  if (asked !== '1' && !patternOf(asked).test(name)) return false;
  const there = await readDump(file).catch(() => null);
  return there?.head.run !== currentRun();
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new HfitError('HFIT_DUMP_FORCE', { reason: (cause as Error).message }, { cause });
  }
}
