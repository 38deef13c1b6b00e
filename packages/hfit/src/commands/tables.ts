import type { TableInfo } from '@hot-fixture/client';
import { defineCommand } from '../command.js';
import { table } from '../output/table.js';
import { connect } from '../session.js';

export const tables = defineCommand({
  path: 'tables',
  text: 'List the tables of a database, and what leaves the server of each.',
  arguments: [
    { name: 'DBMS', text: 'Name of the source, as `hfit dbmss` shows it.' },
    { name: 'DB', text: 'Name of the database, as `hfit dbs DBMS` shows it.' },
  ],
  options: {
    columns: { text: 'Show each column with its type and what the policy makes of it.' },
  },
  examples: ['hfit tables shop public', 'hfit tables shop public --columns'],
  async run(context, [dbms, db], { columns }) {
    const client = await connect(context);
    const list = await client.tables(dbms, db);
    return { text: columns ? columnsOf(list) : overview(list), document: { tables: list } };
  },
});

function overview(list: readonly TableInfo[]): string {
  const count = (info: TableInfo, classification: string) =>
    info.columns.filter((column) => column.classification === classification).length;
  return table(
    ['table', 'key', 'kept', 'masked', 'denied'],
    list.map((info) => [
      info.name,
      info.primaryKey.join(', ') || '-',
      count(info, 'keep'),
      count(info, 'mask'),
      count(info, 'deny'),
    ]),
  );
}

function columnsOf(list: readonly TableInfo[]): string {
  return table(
    ['table', 'column', 'type', 'null', 'policy'],
    list.flatMap((info) =>
      info.columns.map(({ name, type, nullable, classification, masker }) => [
        info.name,
        name,
        type,
        nullable ? 'yes' : 'no',
        masker ?? classification,
      ]),
    ),
  );
}
