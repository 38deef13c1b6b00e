import { logOptions, withLog } from '../changes/log.js';
import { defineCommand } from '../command.js';
import { counted, table } from '../output/table.js';

export const rewind = defineCommand({
  path: 'rewind',
  text: 'Put all rows and sequences of a database back to what they were at a checkpoint.',
  about: [
    'All of it is put back, or nothing. Checkpoints that were set later are forgotten; this one stays, so you can come back to it again.',
  ],
  arguments: [
    {
      name: 'NAME',
      text: 'Name of the checkpoint; without it, the latest one.',
      optional: true,
    },
  ],
  options: logOptions,
  examples: [
    'hfit rewind --database sqlite:test.db',
    'hfit rewind start --database postgresql://localhost/shop_test',
  ],
  run: (context, [name], options) =>
    withLog(context, options, async (log) => {
      const { qualified } = await import('@hot-fixture/database');
      const { tables, sequences } = await log.rewind(name);
      const rows = tables.reduce((sum, it) => sum + it.rows, 0);
      const counts = [
        ...(rows > 0 ? [`${counted(rows, 'row')} of ${counted(tables.length, 'table')}`] : []),
        ...(sequences > 0 ? [counted(sequences, 'sequence')] : []),
      ];
      const summary =
        counts.length > 0 ? `Put back: ${counts.join(', and ')}.` : 'Nothing had changed.';
      const list = table(
        ['table', 'rows'],
        tables.map((it) => [qualified(it.table), it.rows]),
      );
      return {
        text: tables.length > 0 ? `${list}\n${summary}` : summary,
        document: {
          tables: tables.map((it) => ({ table: qualified(it.table), rows: it.rows })),
          sequences,
        },
      };
    }),
});
