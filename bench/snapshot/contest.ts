import type { Services } from '../../test/services/services.js';

/** How many rows of 8 columns are copied. */
export const rows = 1_500_000;

/** What is measured on one dialect, beside the program that people would use there. */
export interface Contest {
  readonly dialect: string;
  /** For people: what stands beside us. */
  readonly peer: string;
  /** The names of the two figures: ours divided by theirs. */
  readonly figures: { readonly out: string; readonly in: string };
  /** Makes the databases. @param folder where files may lie */
  start(services: Services, folder: string): Promise<Arena>;
}

export interface Arena {
  /** A URL of the database that holds one table of `rows` rows. */
  readonly source: string;
  /** A URL of another one, which holds the same table, empty. */
  readonly target: string;
  /** Empties the table of the target. */
  empty(): Promise<void>;
  /** The program of the dialect writes the table to a file. */
  theirOut(file: string): Promise<void>;
  /** And loads it from there. */
  theirIn(file: string): Promise<void>;
  stop(): Promise<void>;
}

/** Makes a database on a server anew, and gives its URL. @param run on the database of a URL */
export async function freshDatabase(
  run: (url: string, statements: readonly string[]) => Promise<void>,
  server: string,
  role: 'source' | 'target',
  statements: readonly string[],
): Promise<string> {
  const name = `hfit_bench_${role}`;
  await run(server, [`DROP DATABASE IF EXISTS ${name}`, `CREATE DATABASE ${name}`]);
  const url = new URL(server);
  url.pathname = `/${name}`;
  await run(url.href, statements);
  return url.href;
}
