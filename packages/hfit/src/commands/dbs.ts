import { defineCommand } from '../command.js';
import { table } from '../output/table.js';
import { connect } from '../session.js';

export const dbs = defineCommand({
  path: 'dbs',
  text: 'List the databases (schemas) of a source.',
  arguments: [{ name: 'DBMS', text: 'Name of the source, as `hfit dbmss` shows it.' }],
  options: {},
  examples: ['hfit dbs shop'],
  async run(context, [dbms]) {
    const client = await connect(context);
    const list = await client.dbs(dbms);
    return {
      text: table(
        ['name'],
        list.map((name) => [name]),
      ),
      document: { dbs: list },
    };
  },
});
