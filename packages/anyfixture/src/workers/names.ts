import { createHash, randomBytes } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';

/** What the name of a database of ours says. */
export interface ParsedName {
  readonly digest: string;
  /** Null for a template. */
  readonly run: string | null;
  /** The database of the worker that it belongs to: its copies are named after it. */
  readonly owner: string;
}

/** The names of the databases of one project: a mark, the project, the digest, and whose it is. */
export class Names {
  readonly prefix: string;
  readonly #pattern: RegExp;

  /** @throws HFIT_WORKER_NAME */
  constructor(project: string) {
    if (!/^[a-z0-9_]{1,20}$/.test(project)) {
      throw new HfitError('HFIT_WORKER_NAME', { name: project });
    }
    this.prefix = `hfit_test_${project}_`;
    this.#pattern = new RegExp(
      `^${this.prefix}([0-9a-f]{10})_(?:template|([0-9a-z]{8})_w[0-9a-z]+(_\\w+)?)$`,
    );
  }

  template(digest: string): string {
    return `${this.prefix}${digest}_template`;
  }

  worker(digest: string, run: string, worker: string): string {
    return `${this.prefix}${digest}_${run}_w${worker}`;
  }

  /** Null for what is none of ours. */
  parse(name: string): ParsedName | null {
    const found = this.#pattern.exec(name);
    if (!found) return null;
    const [, digest, run = null, copy = ''] = found;
    return { digest: digest as string, run, owner: name.slice(0, name.length - copy.length) };
  }
}

/** The name of a database as a part of names. */
export function projectOf(database: string): string {
  const plain = database.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  return plain.replace(/^_+|_+$/g, '').slice(0, 20) || 'app';
}

let own: string | undefined;

/** The run of tests that this process is a part of, as a part of names. */
export function runPart(): string {
  const { HFIT_RUN: run } = process.env;
  if (run) return short(run);
  own ??= short(randomBytes(16).toString('hex'));
  return own;
}

function short(text: string): string {
  const number = createHash('sha256').update(text).digest().readBigUInt64BE();
  return number.toString(36).padStart(8, '0').slice(-8);
}

/** The number that the runner gives to this worker; `1` where it gives none. */
export function workerPart(given: string | undefined): string {
  const { env } = process;
  const variables = [
    'HFIT_WORKER',
    'VITEST_POOL_ID',
    'JEST_WORKER_ID',
    'TEST_PARALLEL_INDEX',
    'MOCHA_WORKER_ID',
  ];
  const found = given ?? variables.map((name) => env[name]).find(Boolean) ?? '1';
  return (
    found
      .toLowerCase()
      .replace(/[^a-z0-9]/g, '')
      .slice(0, 4) || '1'
  );
}

/** A copy of a worker's database, to bring it back from. */
export const aside = (name: string) => `${name}_aside`;
/** What names of the databases begin with that failed tests of a worker have left. */
export const keptOf = (name: string) => `${name}_k`;

export const runKey = (run: string) => `run ${run}`;
export const databaseKey = (name: string) => `database ${name}`;
