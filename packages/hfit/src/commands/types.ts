import { readFile, writeFile } from 'node:fs/promises';
import { HfitError } from '@hot-fixture/errors';
import { logOptions, withDatabase } from '../changes/log.js';
import { type Context, defineCommand, type Result } from '../command.js';

export const types = defineCommand({
  path: 'types',
  text: 'Write the row types of a database as TypeScript, for its factories.',
  about: [
    'An interface for each table, and one of all of them by the names of the tables: openFactories<Tables>(database). What a check or an enum lets in is a union of literals.',
    'In CI, --check tells whether the file is what the database says, and writes nothing.',
  ],
  arguments: [],
  options: {
    database: logOptions.database,
    out: { value: 'FILE', text: 'The file to write. Without it, the types go to standard output.' },
    check: {
      text: 'Write nothing, and fail where the file of --out is not what would be written.',
    },
  },
  examples: [
    'hfit types --database postgresql://localhost/shop_test --out test/tables.ts',
    'hfit types --database postgresql://localhost/shop_test --out test/tables.ts --check',
  ],
  run: (context, _, { database: url, out, check }) => {
    if (check && out === undefined) {
      const reason = '--check needs --out FILE, the file that it looks at';
      throw new HfitError('HFIT_USAGE', { reason, help: context.help });
    }
    const reading = { patience: undefined, 'dangerously-allow-any-database': false };
    return withDatabase(context, { database: url, ...reading }, async (database) => {
      const { writeTypes } = await import('@hot-fixture/factory');
      const schema = await database.introspect();
      const text = writeTypes(schema);
      return deliver(context, text, schema.tables.length, out, check);
    });
  },
});

async function deliver(
  { help }: Context,
  text: string,
  tables: number,
  out: string | undefined,
  check: boolean,
): Promise<Result> {
  if (out === undefined) return { text: text.trimEnd(), document: { types: text } };
  const current = await readFile(out, 'utf8').catch(() => null);
  const isCurrent = current?.replaceAll('\r\n', '\n') === text;
  if (check) {
    if (!isCurrent)
      throw new HfitError('HFIT_TYPES_STALE', {
        file: out,
        difference: differenceOf(current, text),
      });
    return { text: `${out} is what the database says.`, document: { file: out, current: true } };
  }
  if (!isCurrent) {
    await writeFile(out, text).catch((cause) => {
      const reason = (cause as Error).message;
      throw new HfitError(
        'HFIT_OPTION_VALUE',
        { option: '--out', value: out, reason, help },
        { cause },
      );
    });
  }
  return {
    text: `${out} holds the types of ${tables} ${tables === 1 ? 'table' : 'tables'}.`,
    document: { file: out, tables },
  };
}

/** The first line that differs, as a person looks for it. */
function differenceOf(current: string | null, text: string): string {
  if (current === null) return 'it is not there';
  const [before, after] = [current.split(/\r?\n/), text.split('\n')];
  const line = after.findIndex((it, i) => it !== before[i]);
  const at = line === -1 ? after.length : line;
  const words = (it: string | undefined) => (it === undefined ? 'no line' : `"${it.trim()}"`);
  return `line ${at + 1} is ${words(before[at])}, and should be ${words(after[at])}`;
}
