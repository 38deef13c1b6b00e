import { defineCommand } from '../command.js';
import { loadOptionsOf } from '../deliver/load-options.js';
import { Progress } from '../output/progress.js';
import { loadFile } from '../packages/load-file.js';
import { packageLoadOptions } from '../packages/open-package.js';
import { trustedKeys } from '../state/signing-key.js';

export const load = defineCommand({
  path: 'package load',
  aliases: ['load'],
  text: 'Load a package into a database: all of it, or nothing.',
  about: [
    'First the signature of the package and the digest of each file are checked. Then its tables are made where they are absent, or held to those that are there, and its rows are loaded in one transaction, each table after those that it points to; sequences go past the rows. Rows that are there already are refused unless --existing or --shift-keys says what becomes of them.',
    'With --shift-keys the keys of a table are moved by the largest key that the target has; a table is moved when its primary key is one whole number and no foreign key.',
  ],
  arguments: [{ name: 'PACKAGE', text: 'A file in .tar.gz, or - for standard input.' }],
  options: {
    into: {
      value: 'URL',
      text: 'The database. Its name must hold test, dev, tmp, local or hfit, or it be in memory.',
    },
    from: {
      value: 'NAME',
      text: 'Which database of the package to load, as its template calls it, where there is more than one.',
    },
    ...packageLoadOptions,
  },
  examples: [
    'hfit package load incident.tar.gz --into postgresql://localhost/shop_test',
    'hfit load incident.tar.gz --into sqlite:shop_test.db --existing merge --key production.pub',
  ],
  async run(context, [path], options) {
    const { HfitError } = await import('@hot-fixture/errors');
    if (options.into === undefined) {
      const reason = '--into URL is missing: where to load the package';
      throw new HfitError('HFIT_USAGE', { reason, help: context.help });
    }
    const keys = await trustedKeys(context, options.key);
    return loadFile(context, path, {
      into: options.into,
      from: options.from,
      trust: { keys, anyKey: options['any-key'] },
      anyDatabase: options['dangerously-allow-any-database'],
      how: loadOptionsOf(options, 'refuse'),
      progress: new Progress(options.progress),
    });
  },
});
