import { inspect } from 'node:util';
import type { Database, Guard } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { AnyFixture } from '../any-fixture.js';
import type { FixtureOptions } from '../options.js';
import type { ReportSettings } from '../report/settings.js';

/** A database that a migration is to fill. */
export interface MigratedDatabase {
  readonly database: Database;
  /** Empty where no URL leads to it. */
  readonly url: string;
  /** The URL, or the handle of an embedded database. */
  readonly target: string | object;
}

/** Paths or globs of files, by default relative to the working directory. */
export type Files = string | readonly string[];

/**
 * What makes the schema, and the rows that every test finds:
 * - SQL files, in the order of their names
 * - a command, which gets the URL in an environment variable
 * - a function
 * The template is made anew when one of the files changes.
 */
export type Migrations =
  | Files
  | {
      readonly command: string;
      /** The variable that gets the URL; DATABASE_URL by default. */
      readonly variable?: string;
      readonly watch: Files;
    }
  | {
      readonly run: (database: MigratedDatabase) => unknown;
      readonly watch: Files;
    };

const resetNames = ['rewind', 'transaction', 'clone', 'reload'] as const;
export type ResetName = (typeof resetNames)[number];

export interface WorkerOptions<Values extends object = Record<never, never>> {
  /**
   * Where databases are made: beside the one that it names, which need not be there and is not
   * touched. `postgresql://…`, `mysql://…`, `sqlite:FILE`, `sqlite::memory:` (a temporary folder), or
   * `pglite::memory:`.
   */
  readonly url: string;
  readonly migrate: Migrations;
  /** What all names of databases hold; by default the name of the database in the URL. */
  readonly name?: string;
  /** What tells workers apart; by default what the runner says. */
  readonly worker?: string;
  /** What paths of files are relative to. */
  readonly root?: string;
  /** How the database comes back after each test; by default `auto`: what measures best. */
  readonly strategy?: ResetName | 'auto';
  /** On the connection of the code under test: what `transaction` needs. */
  readonly transaction?: {
    readonly begin: () => unknown;
    readonly rollback: () => unknown;
  };
  /** Of the code under test: what `clone` needs, as all connections end. */
  readonly connections?: {
    readonly disconnect: () => unknown;
    readonly connect: () => unknown;
  };
  /** Keeps the database of each failed test; HFIT_KEEP=1 does so, too. */
  readonly keep?: boolean;
  /** What to do about connections that are left open; by default `say`. */
  readonly leaks?: 'say' | 'fail' | 'ignore';
  /** How long to wait for a template that another process makes, in milliseconds: 120,000. */
  readonly templatePatience?: number;
  /** Names the fixtures that tests may ask for. */
  readonly define?: (fixtures: AnyFixture) => AnyFixture<Values>;
  readonly fixtures?: Omit<FixtureOptions, keyof Guard | 'report'>;
  /** Off by default; the environment variable HFIT_FIXTURE_REPORT switches it on, too. */
  readonly report?: boolean | ReportSettings;
  /** Where lines for people go; by default to the standard error. */
  readonly say?: (line: string) => void;
}

/**
 * For callers that no compiler checks: a variable of the environment that is not set is the most common.
 * @throws HFIT_WORKER_OPTION
 */
export function assertOptions(
  options: Partial<Record<'url' | 'migrate' | 'strategy' | 'leaks', unknown>>,
): void {
  const refuse = (option: string, given: unknown, wanted: string) => {
    throw new HfitError('HFIT_WORKER_OPTION', { option, given: inspect(given), wanted });
  };
  const { url, migrate, strategy = 'auto', leaks = 'say' } = options;
  if (typeof url !== 'string' || url === '') refuse('url', url, 'the URL of a database');
  const isFiles = typeof migrate === 'string' || (Array.isArray(migrate) && migrate.length > 0);
  const how = isFiles ? {} : ((migrate ?? {}) as { command?: unknown; run?: unknown });
  if (!isFiles && typeof how.command !== 'string' && typeof how.run !== 'function') {
    refuse('migrate', migrate, 'SQL files, a command or a function');
  }
  if (!isFiles && !(migrate as { watch?: unknown }).watch) {
    refuse('migrate.watch', undefined, 'the files that the migrations are in');
  }
  const strategies: readonly unknown[] = ['auto', ...resetNames];
  if (!strategies.includes(strategy)) refuse('strategy', strategy, strategies.join(', '));
  const reactions: readonly unknown[] = ['say', 'fail', 'ignore'];
  if (!reactions.includes(leaks)) refuse('leaks', leaks, reactions.join(', '));
}

export function sayer({ say }: Pick<WorkerOptions, 'say'>): (line: string) => void {
  return say ?? ((line) => process.stderr.write(`hot-fixture: ${line}\n`));
}
