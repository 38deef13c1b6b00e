import { writeFile } from 'node:fs/promises';
import { HfitError } from '@hot-fixture/errors';
import type { CompareRules } from '@hot-fixture/fixpoint';
import { defineCommand } from '../command.js';
import { databaseOptions, name, withFixpoints } from './options.js';

export const compare = defineCommand({
  path: 'fixpoint compare',
  text: 'Show what differs between a database and a fixpoint; exits with 1 where something does.',
  about: [
    'Values that the file tags with !any, !pattern or !near are compared by these rules. --update accepts what the database holds: the fixpoint is written anew.',
  ],
  arguments: [name],
  options: {
    ...databaseOptions,
    ignore: {
      value: 'COLUMN',
      many: true,
      text: 'A column that does not count, in all tables or as table.column.',
    },
    table: { value: 'TABLE', many: true, text: 'Compare only this table.' },
    'same-keys': {
      text: 'Let generated keys have other numbers, if what points to them follows.',
    },
    html: { value: 'FILE', text: 'Write the difference as one page of HTML, too.' },
    update: { text: 'Accept the new state; with CI=true, nothing is written.' },
  },
  examples: [
    'hfit fixpoint compare item_posted --database postgresql://localhost/shop_test',
    'hfit fixpoint compare item_posted --ignore updated_at --html difference.html --database sqlite:test.db',
  ],
  run: (context, [given], options) =>
    withFixpoints(context, given, options, async (fixpoints) => {
      const { differenceAsDocument, differenceAsPage, differenceAsText, marksFor } = await import(
        '@hot-fixture/fixpoint'
      );
      const found = await fixpoints.difference(given, {
        ...rulesOf(options),
        ...(options.update && { update: true }),
      });
      if (options.html !== undefined) {
        await written(options.html, differenceAsPage(found, { name: given }));
      }
      const { by, reason, updated } = found;
      const document = { name: given, by, reason, updated, ...differenceAsDocument(found) };
      if (found.equal) return { text: `The database is at ${given}.`, document };
      const text = differenceAsText(found, { marks: marksFor(process.stdout, context.env) });
      const end = updated ? `Accepted: ${fixpoints.path(given)}` : `It is not at ${given}.`;
      return {
        text: [text, end].filter((it) => it !== '').join('\n\n'),
        document,
        exitCode: updated ? 0 : 1,
      };
    }),
});

function rulesOf(options: {
  readonly ignore: readonly string[];
  readonly table: readonly string[];
  readonly 'same-keys': boolean;
}): CompareRules {
  const ignore = options.ignore.map((column) => {
    const at = column.lastIndexOf('.');
    return at === -1 ? column : { [column.slice(0, at)]: [column.slice(at + 1)] };
  });
  return {
    ignore,
    ...(options.table.length > 0 && { tables: options.table }),
    ...(options['same-keys'] && { sameKeys: true }),
  };
}

async function written(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (error) {
    const reason = (error as Error).message;
    throw new HfitError('HFIT_OUT_FILE', { reason }, { where: file, cause: error });
  }
}
