import { dirname, join } from 'node:path';
import { Database, openDatabase } from '@hot-fixture/database';
import { type FixpointOptions, Fixpoints } from '@hot-fixture/fixpoint';

/** What the fixpoints of a test may be told; the directory is `fixpoints` beside the test file. */
export type SomeFixpointOptions = Partial<FixpointOptions>;

let common: SomeFixpointOptions = {};

/** Options for all fixpoints of a project: call it in a setup file of Vitest. */
export function fixpointOptions(options: SomeFixpointOptions): void {
  common = options;
}

export function optionsFor(
  testPath: string | undefined,
  own: SomeFixpointOptions,
): FixpointOptions {
  const directory = join(testPath === undefined ? '.' : dirname(testPath), 'fixpoints');
  return { directory, ...common, ...own };
}

const known = new WeakMap<object, Map<string, Promise<Fixpoints>>>();

/**
 * The fixpoints of what a test expects something of; the same for the same database and directory.
 * @param received a database of ours, or a handle of its driver
 */
export function fixpointsOf(
  received: object,
  testPath: string | undefined,
  directory: string | undefined,
): Promise<Fixpoints> {
  const options = optionsFor(testPath, directory === undefined ? {} : { directory });
  const all = known.get(received) ?? new Map<string, Promise<Fixpoints>>();
  known.set(received, all);
  const found = all.get(options.directory) ?? opened(received, options);
  all.set(options.directory, found);
  return found;
}

async function opened(received: object, options: FixpointOptions): Promise<Fixpoints> {
  const database = received instanceof Database ? received : await openDatabase(received);
  return new Fixpoints(database, options);
}
