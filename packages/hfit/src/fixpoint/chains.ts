import type { Schema } from '@hot-fixture/database';
import { logOptions } from '../changes/log.js';
import { defineCommand } from '../command.js';
import { counted } from '../output/table.js';
import { fileOptions, filesOf } from './options.js';

export const tree = defineCommand({
  path: 'fixpoint tree',
  text: 'Draw which fixpoint is built on which.',
  arguments: [],
  options: fileOptions,
  examples: ['hfit fixpoint tree --dir test/fixpoints'],
  run: async (context, _, options) => {
    const { treeAsText } = await import('@hot-fixture/fixpoint');
    const overview = await (await filesOf(context, options)).overview();
    return { text: treeAsText(overview) || 'There is no fixpoint.', document: overview };
  },
});

export const verify = defineCommand({
  path: 'fixpoint verify',
  text: 'Check that all fixpoints can be read and stand on their parents; exits with 1 where not.',
  about: ['What is to be recorded again is listed in the order in which to do it.'],
  arguments: [],
  options: fileOptions,
  examples: ['hfit fixpoint verify --dir test/fixpoints'],
  run: async (context, _, options) => {
    const overview = await (await filesOf(context, options)).overview();
    const { fixpoints, record } = overview;
    if (record.length === 0) {
      const text = `All is well with ${counted(fixpoints.length, 'fixpoint')}.`;
      return { text, document: overview };
    }
    const lines = fixpoints.flatMap(({ name, parent, trouble, reason }) => {
      if (trouble === null) return [];
      return [`${name}: ${reason ?? (parent === null ? trouble : `${trouble} (${parent})`)}`];
    });
    const todo = `Record again in this order: ${record.join(', ')}`;
    return { text: `${lines.join('\n')}\n\n${todo}`, document: overview, exitCode: 1 };
  },
});

export const rebase = defineCommand({
  path: 'fixpoint rebase',
  text: 'Move the changes of fixpoints on to what their parents are now, where they still fit.',
  about: [
    'A row that is added must not be there, one that is changed or removed has to be as it was. What fits is written, up to the first that does not; that one is told with its rows, and has to be recorded again.',
    'With a database, its foreign keys are looked at too: a row must not point to one that the parent no longer has. Its rows are neither read nor written.',
  ],
  arguments: [
    { name: 'NAME', text: 'Name of the fixpoint; without it, all of the folder.', optional: true },
  ],
  options: { database: logOptions.database, ...fileOptions },
  examples: ['hfit fixpoint rebase item_posted', 'hfit fixpoint rebase --dir test/fixpoints'],
  run: async (context, [given], options) => {
    const url = options.database ?? context.env.HFIT_DATABASE;
    const schema = url ? await schemaOf(url) : null;
    const moved = await (await filesOf(context, options)).rebase(given, schema);
    return {
      text: moved.length > 0 ? `Moved: ${moved.join(', ')}` : 'All stand on their parents.',
      document: { moved },
    };
  },
});

async function schemaOf(url: string): Promise<Schema> {
  const { openDatabase } = await import('@hot-fixture/database');
  const database = await openDatabase(url);
  try {
    return await database.introspect();
  } finally {
    await database.close();
  }
}
