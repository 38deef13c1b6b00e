import { logOptions, withLog } from '../changes/log.js';
import { defineCommand } from '../command.js';

export const checkpoint = defineCommand({
  path: 'checkpoint',
  text: 'Give this moment of a database a name, to come back to.',
  about: ['A checkpoint of this name that is there already moves here.'],
  arguments: [{ name: 'NAME', text: 'Name of the checkpoint.' }],
  options: logOptions,
  examples: ['hfit checkpoint before-import --database sqlite:test.db'],
  run: (context, [name], options) =>
    withLog(context, options, async (log) => {
      await log.checkpoint(name);
      return { text: `Checkpoint ${name} is set.`, document: { checkpoint: name } };
    }),
});
