import type { FileTable } from '@hot-fixture/fixpoint';
import { defineCommand } from '../command.js';
import { counted, table } from '../output/table.js';
import { fileOptions, filesOf, name } from './options.js';

export const show = defineCommand({
  path: 'fixpoint show',
  text: 'Tell what a fixpoint holds: its parent, and how many rows of which tables.',
  about: ['Its file is for people too; --json gives all of it.'],
  arguments: [name],
  options: fileOptions,
  examples: ['hfit fixpoint show item_posted', 'hfit fixpoint show item_posted --json'],
  run: async (context, [given], options) => {
    const files = await filesOf(context, options);
    const file = await files.read(given);
    const { fixpointAsDocument } = await import('@hot-fixture/fixpoint');
    const { qualified } = await import('@hot-fixture/database');
    const rows = (it: FileTable) => [it.added.length, it.changed.length, it.removed.length];
    const lines = file.tables.map((it) => [
      qualified(it),
      ...(file.parent ? rows(it) : [it.added.length]),
    ]);
    const columns = file.parent ? ['table', 'added', 'changed', 'removed'] : ['table', 'rows'];
    const head = file.parent ? `${given}, on ${file.parent.name}` : given;
    const sequences = counted(file.sequences.length, 'sequence');
    return {
      text: `${head}: ${files.path(given)}\n\n${table(columns, lines)}\n\n${sequences}`,
      document: { name: given, file: files.path(given), ...fixpointAsDocument(file) },
    };
  },
});

export const list = defineCommand({
  path: 'fixpoint list',
  text: 'List the fixpoints of a folder.',
  arguments: [],
  options: fileOptions,
  examples: ['hfit fixpoint list --dir test/fixpoints'],
  run: async (context, _, options) => {
    const names = await (await filesOf(context, options)).list();
    return {
      text: names.length > 0 ? names.join('\n') : 'There is no fixpoint.',
      document: { fixpoints: names },
    };
  },
});

export const remove = defineCommand({
  path: 'fixpoint remove',
  text: 'Delete a fixpoint; the test that stores it records it again.',
  about: ['Those that are built on it cannot be restored until it is back.'],
  arguments: [name],
  options: fileOptions,
  examples: ['hfit fixpoint remove item_posted'],
  run: async (context, [given], options) => {
    const removed = await (await filesOf(context, options)).remove(given);
    return {
      text: removed ? `Removed ${given}.` : `There is no fixpoint ${given}.`,
      document: { name: given, removed },
    };
  },
});
