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
      text: 'Only the tables of this schema.',
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
        const { strategy, reason } = status;
        const kept = strategy === 'reload' ? { folder: track.folder } : {};
        const lines = [
          `The changes of ${tables} are noted.`,
          ...(strategy === 'log' ? [] : [`By ${strategy}, because ${reason}.`]),
          ...(kept.folder ? [`All rows are kept in ${kept.folder}.`] : []),
        ];
        return { text: lines.join('\n'), document: { on: true, ...status, ...kept } };
      } finally {
        await log.close();
      }
    }),
});

const off = defineCommand({
  path: 'track off',
  text: 'Switch the change log off; nothing of it stays in the database.',
  about: [
    'The rows stay as they are now, and all checkpoints are forgotten. Where the role may make nothing in the database, hfit keeps rows in its own folder (HFIT_HOME): run this as the user who switched it on, with the same URL.',
  ],
  arguments: [],
  options: logOptions,
  examples: ['hfit track off --database postgresql://localhost/shop_test'],
  run: (context, _, options) =>
    withDatabase(context, options, async (database, track) => {
      const { untrack } = await import('@hot-fixture/changes');
      const removed = await untrack(database, track);
      const lines = [
        removed.length > 0 ? 'Changes are no longer noted.' : 'The change log was off already.',
        ...(removed.includes('reload') ? [`The rows in ${track.folder} are deleted.`] : []),
      ];
      return { text: lines.join('\n'), document: { on: false, removed } };
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
