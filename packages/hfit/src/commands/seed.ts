import { HfitError } from '@hot-fixture/errors';
import { logOptions, withDatabase } from '../changes/log.js';
import { defineCommand } from '../command.js';
import { factoriesOf } from '../factories.js';
import { counted, table } from '../output/table.js';

export const seed = defineCommand({
  path: 'seed',
  text: 'Fill a database with rows that are valid and related, of any schema.',
  about: [
    'Types, lengths, enums, checks, unique and foreign keys are read off the database; a factory of the project says what it wants otherwise. A row points to rows that were made before it, or were there. A table that others cannot do without, and that is empty, gets a tenth of their rows.',
    'The same seed makes the same rows.',
  ],
  arguments: [],
  options: {
    database: logOptions.database,
    rows: {
      value: 'ROWS',
      text: 'How many rows of which table: users=1000,orders=20000.',
      many: true,
    },
    factories: {
      value: 'FILE',
      text: 'A module of JavaScript that exports factories: they make the rows of their tables.',
      many: true,
    },
    seed: { value: 'N', text: 'What all values depend on. Without it, one is drawn and told.' },
    fill: {
      value: 'WHAT',
      choices: ['required', 'all'],
      text: 'Whether columns that may be empty are filled, too: all by default.',
    },
    'dangerously-allow-any-database': logOptions['dangerously-allow-any-database'],
  },
  examples: [
    'hfit seed --database postgresql://localhost/shop_test --rows users=1000,orders=20000',
    'hfit seed --database sqlite:test.db --rows orders=500 --seed 42',
    'hfit seed --database sqlite:test.db --rows orders=500 --factories dist/test/factories.js',
  ],
  run: (context, _, { rows, factories: files, seed: given, fill = 'all', ...options }) => {
    if (rows.length === 0) {
      const reason = 'it does not say how many rows: --rows users=1000 is missing';
      throw new HfitError('HFIT_USAGE', { reason, help: context.help });
    }
    return withDatabase(context, { ...options, patience: undefined }, async (database, guard) => {
      const { seedDatabase, seedRowsOf } = await import('@hot-fixture/factory');
      const factories = await Promise.all(files.map((file) => factoriesOf(context, file)));
      const report = await seedDatabase(database, {
        ...guard,
        factories: factories.flat(),
        rows: seedRowsOf(rows.join(',')),
        fill: fill as 'all' | 'required',
        ...(given !== undefined && { seed: given }),
      });
      const all = report.tables.reduce((sum, it) => sum + it.rows, 0);
      const list = table(
        ['table', 'rows', ''],
        report.tables.map((it) => [it.table, it.rows, it.asked ? '' : 'others need them']),
      );
      const again = `The same rows again, in an empty database: --seed ${report.seed}`;
      return { text: `${list}\nMade: ${counted(all, 'row')}. ${again}`, document: report };
    });
  },
});
