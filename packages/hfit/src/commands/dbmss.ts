import { defineCommand } from '../command.js';
import { table } from '../output/table.js';
import { connect } from '../session.js';

export const dbmss = defineCommand({
  path: 'dbmss',
  text: 'List the sources of data that the server knows.',
  arguments: [],
  options: {},
  examples: ['hfit dbmss'],
  async run(context) {
    const client = await connect(context);
    const list = await client.dbmss();
    return {
      text: table(
        ['name', 'dialect'],
        list.map(({ name, dialect }) => [name, dialect]),
      ),
      document: { dbmss: list },
    };
  },
});
