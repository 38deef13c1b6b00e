import type { Database, Schema } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Policy } from '@hot-fixture/masking';
import { logOptions, withDatabase } from '../changes/log.js';
import type { Context } from '../command.js';
import { Progress } from '../output/progress.js';
import type { Decide, SeenTable } from './sample.js';

/** The options of the commands that look into a database to classify its columns. */
export const policyOptions = {
  database: {
    ...logOptions.database,
    text: 'The database to look into, such as postgresql://db.example.com/shop or sqlite:shop.db. Without it, that of HFIT_DATABASE.',
  },
  name: {
    value: 'NAME',
    text: 'The name by which templates and the policy call the database. Without it, its own.',
  },
  rows: {
    value: 'N',
    text: 'How many rows of each table to look at, at most: 500 by default. 0 looks at names and types only.',
  },
} as const;

interface PolicyOptions {
  readonly database: string | undefined;
  readonly name: string | undefined;
  readonly rows: string | undefined;
}

/** A database that was looked into. */
export interface Looked {
  readonly name: string;
  readonly location: string;
  readonly schema: Schema;
  readonly seen: readonly SeenTable[];
}

/**
 * Looks into the database of a command: some rows of each table, of one moment, read only.
 * @param policy of which to look at what its maskers leave of the values, too
 */
export function lookInto(
  context: Context,
  options: PolicyOptions,
  policy?: Policy,
): Promise<Looked> {
  const rows = rowsOf(context, options.rows);
  const reading = { patience: undefined, 'dangerously-allow-any-database': false };
  return withDatabase(context, { database: options.database, ...reading }, async (database) => {
    const { lookAtTables } = await import('./sample.js');
    const { factsOf, spellings } = await import('@hot-fixture/extract');
    const snapshot = await database.snapshot();
    const progress = new Progress(false);
    try {
      const schema = await snapshot.introspect();
      const name = options.name ?? nameOf(database);
      const decide: Decide = (table, column) =>
        policy?.decide(name, spellings(schema, table), factsOf(table, column)) ?? null;
      const seen: SeenTable[] = [];
      for await (const table of lookAtTables(snapshot, schema.tables, rows, decide)) {
        context.signal.throwIfAborted();
        seen.push(table);
        progress.report(() => `${seen.length} of ${schema.tables.length} tables`);
      }
      return { name, location: database.location, schema, seen };
    } finally {
      progress.clear();
      await snapshot.close();
    }
  });
}

/** Of a file, its name without the ending. */
function nameOf({ name }: Database): string {
  return name.replace(/^.*[/\\]/s, '').replace(/\.(?:db|sqlite|sqlite3)$/i, '') || '*';
}

function rowsOf({ help }: Context, text: string | undefined): number {
  if (text === undefined) return 500;
  if (/^\d{1,6}$/.test(text) && Number(text) <= 100_000) return Number(text);
  const reason = 'it is no whole number from 0 to 100000';
  throw new HfitError('HFIT_OPTION_VALUE', { option: '--rows', value: text, reason, help });
}
