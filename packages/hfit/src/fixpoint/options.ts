import type { FixpointFiles, FixpointOptions, Fixpoints } from '@hot-fixture/fixpoint';
import { logOptions, withDatabase } from '../changes/log.js';
import type { Context } from '../command.js';

export const defaultDirectory = 'fixpoints';

/** Of every command that works with files of fixpoints. */
export const fileOptions = {
  dir: {
    value: 'DIR',
    text: `The folder of the fixpoints; without it, that of HFIT_FIXPOINTS, or ${defaultDirectory}.`,
  },
} as const;

/** Of those that work with a database too. */
export const databaseOptions = {
  ...logOptions,
  ...fileOptions,
  'exclude-table': {
    value: 'TABLE',
    many: true,
    text: 'A table that is no part of it, and is kept as it is.',
  },
  'without-log': {
    text: 'Keep no change log in the database: it is read and compared as a whole each time.',
  },
} as const;

export const name = { name: 'NAME', text: 'Name of the fixpoint.' } as const;

export interface DatabaseOptions {
  readonly database: string | undefined;
  readonly patience: string | undefined;
  readonly 'dangerously-allow-any-database': boolean;
  readonly dir: string | undefined;
  readonly 'exclude-table': readonly string[];
  readonly 'without-log': boolean;
  readonly parent?: string | undefined;
}

export function directoryOf({ env }: Context, { dir }: { dir: string | undefined }): string {
  return dir ?? env.HFIT_FIXPOINTS ?? defaultDirectory;
}

/** Lends the fixpoints of the database and the folder that a command names. */
export function withFixpoints<T>(
  context: Context,
  given: string,
  options: DatabaseOptions,
  work: (fixpoints: Fixpoints) => Promise<T>,
  more: Partial<FixpointOptions> = {},
): Promise<T> {
  const storing = (it: string, parent?: string) =>
    [
      `hfit fixpoint store ${it}`,
      ...(parent === undefined ? [] : [`--parent ${parent}`]),
      ...(options.dir === undefined ? [] : [`--dir ${options.dir}`]),
      ...options['exclude-table'].map((table) => `--exclude-table ${table}`),
    ].join(' ');
  return withDatabase(context, options, async (database, { patience, ...guard }) => {
    const { Fixpoints: Opened, isCi } = await import('@hot-fixture/fixpoint');
    const fixpoints = new Opened(database, {
      directory: directoryOf(context, options),
      ci: isCi(context.env),
      dangerouslyAllowAnyDatabase: guard.dangerouslyAllowAnyDatabase ?? false,
      excludeTables: options['exclude-table'],
      log: !options['without-log'],
      command: storing(given, options.parent),
      commandFor: (it) => storing(it),
      ...(patience !== undefined && { patience }),
      ...more,
    });
    try {
      return await work(fixpoints);
    } finally {
      await fixpoints.close();
    }
  });
}

/** The files alone. */
export async function filesOf(
  context: Context,
  options: { readonly dir: string | undefined },
): Promise<FixpointFiles> {
  const { FixpointFiles: Opened, isCi } = await import('@hot-fixture/fixpoint');
  return new Opened({ directory: directoryOf(context, options), ci: isCi(context.env) });
}
