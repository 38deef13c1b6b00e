import { HfitError } from '@hot-fixture/errors';
import {
  type ComparisonOptions,
  colours,
  differenceAsText,
  FixpointDiffers,
  Fixpoints,
} from '@hot-fixture/fixpoint';
import { type MatcherState, onTestFinished } from 'vitest';
import { fixpointsOf } from './known.js';

export interface FixpointMatcherOptions extends ComparisonOptions {
  /** Where the files are; by default `fixpoints` beside the test file. */
  readonly directory?: string;
}

const passed = { pass: true, message: () => '' };

/** What the test itself is about: it is shown at its line, not at ours. */
const tellable = new Set<string>(['HFIT_FIXPOINT_STORED', 'HFIT_FIXPOINT_ABSENT']);

/** How Vitest tells a matcher what `-u` and CI say of snapshots. */
type State = MatcherState & { readonly snapshotState?: { readonly snapshotUpdateState?: string } };

/**
 * Compares a database with a fixpoint. Where there is none yet, it is stored, and the test fails
 * all the same: somebody has to read what was stored. `vitest -u` accepts the state as it is.
 */
export async function toMatchFixpoint(
  this: State,
  received: unknown,
  name: string,
  { directory, ...options }: FixpointMatcherOptions = {},
): Promise<{ pass: boolean; message: () => string }> {
  const fixpoints = await given(received, this.testPath, directory);
  const isAccepting = this.snapshotState?.snapshotUpdateState === 'all';
  if (this.isNot) {
    // What the state is not to be is nothing to record.
    const asked = { ...options, update: false, storeAndFail: false };
    const { equal } = await fixpoints.difference(name, asked);
    return { pass: equal, message: () => `the database is at the fixpoint "${name}"` };
  }
  try {
    await fixpoints.compare(name, {
      storeAndFail: true,
      ...(isAccepting && { update: true }),
      ...options,
    });
  } catch (error) {
    if (error instanceof FixpointDiffers) {
      return { pass: false, message: () => failure(error, this.utils) };
    }
    if (!(error instanceof HfitError) || !tellable.has(error.code)) throw error;
    if (error.code === 'HFIT_FIXPOINT_STORED' && isAccepting) return passed;
    return { pass: false, message: () => error.message };
  }
  return passed;
}

async function given(
  received: unknown,
  testPath: string | undefined,
  directory: string | undefined,
): Promise<Fixpoints> {
  if (received instanceof Fixpoints) return received;
  if (typeof received !== 'object' || received === null) {
    throw new TypeError('toMatchFixpoint expects a database, a handle of its driver, or fixpoints');
  }
  const fixpoints = await fixpointsOf(received, testPath, directory);
  // Its change log holds a connection, and a pool could not be ended as long as it does.
  onTestFinished(() => fixpoints.close());
  return fixpoints;
}

/** Vitest writes the message in red, which is for its first line: the rest has colours of its own. */
function failure(error: FixpointDiffers, { EXPECTED_COLOR }: State['utils']): string {
  const isColoured = EXPECTED_COLOR('x') !== 'x';
  const text = differenceAsText(error.difference, isColoured ? { marks: colours } : {});
  const aside = isColoured ? colours.aside : (it: string) => it;
  const page = error.page === null ? [] : [aside(`As a page: ${error.page}`)];
  return [
    `${error.what}${isColoured ? '\x1b[0m' : ''}`,
    text,
    ...page,
    aside(`If it is right so: vitest -u accepts it, in ${error.where}`),
  ].join('\n\n');
}
