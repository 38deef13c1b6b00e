/** A dump as its hooks see it. */
export interface Dump {
  readonly name: string;
  /** Of the watched files, the schema and the cacheKey: another one means another dump. */
  readonly digest: string;
  /** Where it is kept. */
  readonly file: string;
  /** Whether the data came to be; false before that, and where it failed. */
  readonly success: boolean;
}

export interface DumpEvent {
  readonly dump: Dump;
  /** True where the dump is loaded, false where the block runs. */
  readonly import: boolean;
}

export type DumpHook = (event: DumpEvent) => unknown;

/** What holds for all dumps. */
export interface DumpSettings {
  /** Where they are kept; `node_modules/.cache/hot-fixture/dumps` by default. */
  readonly folder?: string;
  /** What paths and globs are relative to; the working directory by default. */
  readonly root?: string;
  /** Files, folders and globs that all dumps watch; `defaultWatch` where nothing is said. */
  readonly watch?: readonly (string | URL)[];
  /** Called before each block that runs and each dump that is loaded. */
  readonly before?: DumpHook;
  /** Called after each of them, also where it failed. */
  readonly after?: DumpHook;
  /** Statements told by `saw` that fit are run again where the dump is loaded. */
  readonly includeStatements?: RegExp;
  /**
   * A URL by which the client program of the database (psql, mysql, sqlite3) loads dumps, where it
   * is installed. Without it, and where the program fails, they are loaded through the driver.
   */
  readonly programUrl?: string;
  /** How long to wait for another process that builds the same dump, in ms: 600,000 by default. */
  readonly lockPatience?: number;
}

export interface DumpOptions<T = unknown> {
  /** Files, folders and globs, in place of the file that registers the dump. */
  readonly watch?: readonly (string | URL)[];
  /** What else the data depends on. */
  readonly cacheKey?: unknown;
  /** False leaves its rows out of clean and reset. */
  readonly clean?: boolean;
  /** Where it gives true, the fixture is taken for there: nothing is built, loaded or cleaned. */
  readonly skipIf?: (event: { readonly dump: Dump }) => boolean | Promise<boolean>;
  readonly before?: DumpHook;
  readonly after?: DumpHook;
  /** Gets the value from the database where it was not the block that made it. */
  readonly find?: () => T | Promise<T>;
  /** The file that registers the dump, for wrappers that would be taken for it. */
  readonly from?: string | URL;
}

/** What a block can tell its dump. */
export interface DumpBlock {
  /** Runs a statement now, and wherever the dump is loaded after its rows. */
  include(sql: string): Promise<void>;
}

/** The files that commonly say what a schema is. */
export const defaultWatch: readonly string[] = [
  'schema.sql',
  'schema.prisma',
  'db/schema.*',
  'db/structure.sql',
  'migrations/**/*',
  'db/migrations/**/*',
  'src/db/migrations/**/*',
  'database/migrations/**/*',
  'prisma/*.prisma',
  'prisma/migrations/**/*',
  'drizzle/**/*.sql',
];
