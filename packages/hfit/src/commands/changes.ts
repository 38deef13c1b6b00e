import type { ChangeSet, Marks } from '@hot-fixture/changes';
import type { Database } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { logOptions, withLog } from '../changes/log.js';
import { type Context, defineCommand } from '../command.js';
import { colorsFor } from '../output/colors.js';

export const changes = defineCommand({
  path: 'changes',
  text: 'Show which rows of a database are new, changed or gone since a checkpoint.',
  about: [
    'For people, each row is a line: + for one that is new, ~ for one that was changed, with the values before and after, - for one that is gone. Long values are cut and long tables counted; --yaml, --sql and --json give all of it.',
  ],
  arguments: [],
  options: {
    ...logOptions,
    since: { value: 'NAME', text: 'The checkpoint; without it, the latest one.' },
    yaml: { text: 'Print the change set as YAML, which can be read back.' },
    sql: {
      text: 'Print it as a script in one transaction, for psql, mysql or sqlite3, that makes these changes happen in another database.',
    },
  },
  examples: [
    'hfit changes --database postgresql://localhost/shop_test',
    'hfit changes --since start --yaml --database sqlite:test.db',
  ],
  run: (context, _, options) => {
    const formats = (['json', 'yaml', 'sql'] as const).filter((it) =>
      it === 'json' ? context.json : options[it],
    );
    if (formats.length > 1) {
      const reason = `it prints one format, not ${formats.map((it) => `--${it}`).join(' and ')}`;
      throw new HfitError('HFIT_USAGE', { reason, help: context.help });
    }
    return withLog(context, options, async (log, database) => {
      const { since } = options;
      const found = await log.changes(since === undefined ? {} : { since });
      const { changesAsDocument } = await import('@hot-fixture/changes');
      return {
        text: await textOf(context, found, options, database),
        document: changesAsDocument(found),
      };
    });
  },
});

async function textOf(
  { env }: Context,
  found: ChangeSet,
  { yaml, sql }: { yaml: boolean; sql: boolean },
  database: Database,
): Promise<string> {
  const { changesAsText, isEmpty, writeSql, writeYaml } = await import('@hot-fixture/changes');
  if (yaml) return [...writeYaml(found)].join('').trimEnd();
  if (sql) return [...writeSql(found, await database.introspect())].join('').trimEnd();
  return isEmpty(found) ? 'Nothing has changed.' : changesAsText(found, { marks: marksFor(env) });
}

function marksFor(env: NodeJS.ProcessEnv): Marks {
  const { green, yellow, red, bold, dim } = colorsFor(process.stdout, env);
  return { inserted: green, updated: yellow, deleted: red, heading: bold, aside: dim };
}
