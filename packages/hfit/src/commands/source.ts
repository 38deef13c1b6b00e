import type { RowsPage, TableInfo } from '@hot-fixture/client';
import { defineCommand } from '../command.js';
import { interruptible } from '../deliver/interruptible.js';
import { wholeNumber } from '../option-values.js';
import { factsTable } from '../output/facts.js';
import { outputKind, print } from '../output/stdout.js';
import { counted, table } from '../output/table.js';
import { connect } from '../session.js';

const dbmsArgument = {
  name: 'DBMS',
  text: 'Name of the source, as `hfit source list` shows it.',
} as const;
const dbArgument = {
  name: 'DB',
  text: 'Name of the database, as `hfit source databases` shows it.',
} as const;
const tableArgument = { name: 'TABLE', text: 'Name of the table.' } as const;

const list = defineCommand({
  path: 'source list',
  aliases: ['dbmss'],
  text: 'List the sources of data that the server knows.',
  arguments: [],
  options: {},
  examples: ['hfit source list', 'hfit dbmss'],
  async run(context) {
    const client = await connect(context);
    const dbmss = await client.dbmss();
    return {
      text: table(
        ['name', 'dialect'],
        dbmss.map(({ name, dialect }) => [name, dialect]),
      ),
      document: { dbmss },
    };
  },
});

const databases = defineCommand({
  path: 'source databases',
  aliases: ['dbs'],
  text: 'List the databases (schemas) of a source.',
  arguments: [dbmsArgument],
  options: {},
  examples: ['hfit source databases shop', 'hfit dbs shop'],
  async run(context, [dbms]) {
    const client = await connect(context);
    const dbs = await client.dbs(dbms);
    return {
      text: table(
        ['name'],
        dbs.map((name) => [name]),
      ),
      document: { dbs },
    };
  },
});

const tables = defineCommand({
  path: 'source tables',
  aliases: ['tables'],
  text: 'List the tables of a database, and what leaves the server of each.',
  arguments: [dbmsArgument, dbArgument],
  options: {
    columns: { text: 'Show each column with its type and what the policy makes of it.' },
  },
  examples: ['hfit source tables shop public', 'hfit tables shop public --columns'],
  async run(context, [dbms, db], options) {
    const client = await connect(context);
    const found = await client.tables(dbms, db);
    return {
      text: options.columns ? columnsOf(found) : overview(found),
      document: { tables: found },
    };
  },
});

const columns = defineCommand({
  path: 'source columns',
  text: 'List the columns of a table, and what leaves the server of each.',
  arguments: [dbmsArgument, dbArgument, tableArgument],
  options: {},
  examples: ['hfit source columns shop public orders'],
  async run(context, [dbms, db, name]) {
    const client = await connect(context);
    const found = await client.columns(dbms, db, name);
    return { text: columnsOf([found]), document: { ...found } };
  },
});

const rows = defineCommand({
  path: 'source rows',
  aliases: ['rows'],
  text: 'Show rows of a table, masked as the policy says.',
  about: [
    'A terminal shows a page as a table. A program that reads gets all rows, a JSON document on each line; with --json one page, and in "next" what --after takes for the one behind it.',
    'FILTER has the syntax of a template: [WHERE] condition [ORDER BY column [DESC]] [LIMIT n]. It may name only columns that the policy keeps.',
  ],
  arguments: [
    dbmsArgument,
    dbArgument,
    tableArgument,
    {
      name: 'FILTER',
      text: 'Which rows, such as "status = \'paid\' AND total > 100".',
      optional: true,
    },
  ],
  options: {
    sort: { value: 'COLUMNS', text: 'Order by these columns, such as created_at:desc,id.' },
    limit: { value: 'ROWS', text: 'How many rows of a page: 50 by default; all for a program.' },
    after: { value: 'NEXT', text: 'Begin where the page before ended.' },
    count: { text: 'Tell how many rows there are in all, too.' },
    project: {
      value: 'NAME',
      text: 'Mask as packages of templates do that name this project, so that rows and packages join.',
    },
  },
  examples: [
    'hfit rows shop public orders "total > 100 ORDER BY id"',
    'hfit source rows shop public orders --limit 10 --json',
    'hfit rows shop public orders > orders.ndjson',
  ],
  async run(context, [dbms, db, name, filter], { sort, limit, after, count, project }) {
    const client = await connect(context);
    const most = limit === undefined ? undefined : wholeNumber(context, '--limit', limit);
    if (!context.json && outputKind() === 'reader') {
      const query = { filter, sort, limit: most, after, project };
      const all = client.allRows(dbms, db, name, query);
      for await (const row of interruptible(all, context.signal)) {
        await print(`${JSON.stringify(row)}\n`);
      }
      return null;
    }
    const rest = { after, count: count || undefined, project };
    const query = { filter, sort, limit: most ?? 50, ...rest };
    const page = await client.rows(dbms, db, name, query);
    return { text: pageOf(page), document: { ...page } };
  },
});

export const source = [list, databases, tables, columns, rows];

function pageOf({ rows: found, next, count }: RowsPage): string {
  const names = [...new Set(found.flatMap((row) => Object.keys(row)))];
  return [
    found.length === 0 ? 'No rows.' : factsTable(found, names),
    ...(count === undefined ? [] : ['', `${counted(count, 'row')} in all.`]),
    ...(next === null ? [] : ['', `There are more: --after '${next}'`]),
  ].join('\n');
}

function overview(found: readonly TableInfo[]): string {
  const count = (info: TableInfo, classification: string) =>
    info.columns.filter((column) => column.classification === classification).length;
  return table(
    ['table', 'key', 'kept', 'masked', 'denied'],
    found.map((info) => [
      info.name,
      info.primaryKey.join(', ') || '-',
      count(info, 'keep'),
      count(info, 'mask'),
      count(info, 'deny'),
    ]),
  );
}

function columnsOf(found: readonly TableInfo[]): string {
  return table(
    ['table', 'column', 'type', 'null', 'policy'],
    found.flatMap((info) =>
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
