import { defineCommand } from '../command.js';
import { rebase, tree, verify } from '../fixpoint/chains.js';
import { compare } from '../fixpoint/compare.js';
import { list, remove, show } from '../fixpoint/files.js';
import { databaseOptions, name, withFixpoints } from '../fixpoint/options.js';

const store = defineCommand({
  path: 'fixpoint store',
  text: 'Store the state of a database as a fixpoint: a YAML file for a review.',
  about: [
    'With --parent, only the rows that are not as in that fixpoint are stored: added, changed and removed ones. What was stored under this name before is replaced. With CI=true nothing is written.',
  ],
  arguments: [name],
  options: {
    ...databaseOptions,
    parent: { value: 'NAME', text: 'The fixpoint that this one is built on.' },
    'unless-present': { text: 'Leave a fixpoint of this name as it is.' },
  },
  examples: [
    'hfit fixpoint store registered_user --database postgresql://localhost/shop_test',
    'hfit fixpoint store item_posted --parent registered_user --database sqlite:test.db',
  ],
  run: (context, [given], options) =>
    withFixpoints(context, given, options, async (fixpoints) => {
      const { parent } = options;
      const how = parent === undefined ? {} : { parent };
      if (options['unless-present'] && !(await fixpoints.storeUnlessPresent(given, how))) {
        const file = fixpoints.path(given);
        return {
          text: `${given} is there already.`,
          document: { stored: false, name: given, file },
        };
      }
      const file = options['unless-present']
        ? fixpoints.path(given)
        : await fixpoints.store(given, how);
      return { text: `Stored: ${file}`, document: { stored: true, name: given, file } };
    }),
});

const restore = defineCommand({
  path: 'fixpoint restore',
  text: 'Make a database what a fixpoint says: all of it, or nothing.',
  about: [
    'Rows and sequences are put back; excluded tables, and those in which tools note their migrations, stay as they are. A change log is switched on in the database, so that the next time only what has changed since is put back.',
  ],
  arguments: [name],
  options: databaseOptions,
  examples: ['hfit fixpoint restore registered_user --database postgresql://localhost/shop_test'],
  run: (context, [given], options) =>
    withFixpoints(context, given, options, async (fixpoints) => {
      const way = await fixpoints.restore(given);
      const how = way.by === 'log' ? 'by the change log' : `as a whole: ${way.reason}`;
      return { text: `Restored ${given}, ${how}.`, document: { name: given, ...way } };
    }),
});

const importGem = defineCommand({
  path: 'fixpoint import',
  text: 'Make fixpoints of those that the Ruby gem fixpoints has written (NAME.yml).',
  about: [
    'Each is loaded into the database, with all that it is built on, and stored. Sequences are moved past the rows, as the gem does.',
  ],
  arguments: [name],
  options: {
    ...databaseOptions,
    from: {
      value: 'DIR',
      text: "The folder of the gem's files; without it, that of the fixpoints.",
    },
  },
  examples: [
    'hfit fixpoint import item_posted --from spec/fixpoints --database postgresql://localhost/shop_test',
  ],
  run: (context, [given], options) =>
    withFixpoints(context, given, options, async (fixpoints) => {
      const names = await fixpoints.importGem(given, options.from);
      return { text: `Imported: ${names.join(', ')}`, document: { imported: names } };
    }),
});

export const fixpoint = [
  store,
  restore,
  compare,
  show,
  list,
  remove,
  tree,
  verify,
  rebase,
  importGem,
];
