import { logOptions, withDatabase } from '../changes/log.js';
import { defineCommand } from '../command.js';
import { factoriesOf } from '../factories.js';
import { counted, table } from '../output/table.js';

export const factoryLint = defineCommand({
  path: 'factory lint',
  text: 'Build and create a row of every factory with every trait, and put the database back.',
  about: [
    'Tables without a factory are tried, too. Traits that take arguments are left out, and told. Exits with 1 where a factory makes no row.',
  ],
  arguments: [
    {
      name: 'FILE',
      text: 'Modules of JavaScript that export factories; without one, only tables are tried.',
      many: true,
      optional: true,
    },
  ],
  options: {
    database: logOptions.database,
    seed: { value: 'N', text: 'What all values depend on. Without it, one is drawn.' },
    'dangerously-allow-any-database': logOptions['dangerously-allow-any-database'],
  },
  examples: ['hfit factory lint dist/test/factories.js --database sqlite:test.db'],
  run: (context, [files], { seed, ...options }) =>
    withDatabase(context, { ...options, patience: undefined }, async (database, guard) => {
      const { lintFactories } = await import('@hot-fixture/factory');
      const all = await Promise.all((files ?? []).map((file) => factoriesOf(context, file)));
      const given = seed === undefined ? {} : { seed };
      const report = await lintFactories(database, { ...guard, ...given, factories: all.flat() });
      const { tried, findings, skipped } = report;
      const list = table(
        ['factory', 'trait', 'does not', 'why'],
        findings.map((it) => [it.factory, it.trait ?? '-', it.does, it.reason]),
      );
      const left = skipped.length > 0 ? ` Left out: ${skipped.join(', ')}.` : '';
      const summary = `Tried: ${counted(tried, 'way')} to make a row, of which ${findings.length} fail.${left}`;
      return {
        text: findings.length > 0 ? `${list}\n${summary}` : summary,
        document: report,
        exitCode: findings.length > 0 ? 1 : 0,
      };
    }),
});
