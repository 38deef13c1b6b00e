import { logOptions, withDatabase } from '../changes/log.js';
import { defineCommand } from '../command.js';
import { counted, table } from '../output/table.js';

const on = defineCommand({
  path: 'track on',
  text: 'Switch the change log of a database on, and set the first checkpoint, start.',
  about: [
    'From then on the database notes each change of its rows, whoever makes it: your application, another program, a trigger, a cascade. hfit changes tells them, hfit rewind takes them back. Where it is on already, it stays as it is.',
    'The role needs to make tables and triggers. Where it may not, the database is copied at each checkpoint, which takes longer; the command says so.',
  ],
  arguments: [],
  options: {
    ...logOptions,
    schema: {
      value: 'NAME',
      many: true,
      text: 'Only the tables of this schema; may be given more than once.',
    },
  },
  examples: ['hfit track on --database postgresql://localhost/shop_test'],
  run: (context, _, options) =>
    withDatabase(context, options, async (database, track) => {
      const { track: switchOn } = await import('@hot-fixture/changes');
      const schemas = options.schema.length > 0 ? { schemas: options.schema } : {};
      const log = await switchOn(database, { ...track, ...schemas });
      try {
        const status = await log.status();
        const tables = counted(status.tables.length, 'table');
        const how =
          status.strategy === 'log' ? '' : `\nBy ${status.strategy}, because ${status.reason}.`;
        return {
          text: `The changes of ${tables} are noted.${how}`,
          document: { on: true, ...status },
        };
      } finally {
        await log.close();
      }
    }),
});

const off = defineCommand({
  path: 'track off',
  text: 'Switch the change log off; nothing of it stays in the database.',
  about: ['The rows stay as they are now, and all checkpoints are forgotten.'],
  arguments: [],
  options: logOptions,
  examples: ['hfit track off --database postgresql://localhost/shop_test'],
  run: (context, _, options) =>
    withDatabase(context, options, async (database, track) => {
      const { untrack } = await import('@hot-fixture/changes');
      await untrack(database, track);
      return { text: 'Changes are no longer noted.', document: { on: false } };
    }),
});

const status = defineCommand({
  path: 'track status',
  text: 'Tell whether the change log is on, and which checkpoints it has.',
  arguments: [],
  options: logOptions,
  examples: ['hfit track status --database postgresql://localhost/shop_test'],
  run: (context, _, options) =>
    withDatabase(context, options, async (database, track) => {
      const { openChangeLog } = await import('@hot-fixture/changes');
      const { HfitError } = await import('@hot-fixture/errors');
      try {
        const log = await openChangeLog(database, track);
        const found = await log.status().finally(() => log.close());
        const tables = counted(found.tables.length, 'table');
        const how = found.strategy === 'log' ? '' : ` by ${found.strategy}`;
        const checkpoints = table(
          ['checkpoint', 'set at'],
          found.checkpoints.map(({ name, at }) => [name, at]),
        );
        return {
          text: `The changes of ${tables} are noted${how}.\n${checkpoints}`,
          document: { on: true, ...found },
        };
      } catch (error) {
        if (!(error instanceof HfitError) || error.code !== 'HFIT_LOG_ABSENT') throw error;
        return { text: 'The change log is off.', document: { on: false } };
      }
    }),
});

export const track = [on, off, status];
