import { HfitError } from '@hot-fixture/errors';
import type { Session } from '../driver.js';
import type { Row, Schema, Sequence, Table } from '../model.js';
import {
  checksSql,
  columnsSql,
  foreignEngines,
  indexesSql,
  referencesSql,
  sequencesSql,
  tablesSql,
  tableTypes,
} from './catalog.js';
import { columnsOf } from './columns.js';
import { definitionOf } from './create.js';
import { checks, foreignKeys, uniqueKeys } from './keys.js';
import { isOwnTable, isOwnTableSql } from './own.js';
import { literal, quote, quoteTable } from './quote.js';
import { sequenceDefinition, sequencesIn, sequencesOf, withoutDatabase } from './sequences.js';
import type { MysqlSession } from './session.js';

const system = `('information_schema', 'mysql', 'performance_schema', 'sys')`;

/** The databases that hold tables. */
export async function schemas(session: Session): Promise<string[]> {
  const rows = await session.query(
    `SELECT DISTINCT TABLE_SCHEMA FROM information_schema.TABLES
     WHERE TABLE_TYPE IN ${tableTypes} AND ENGINE NOT IN ${foreignEngines}
       AND TABLE_SCHEMA NOT IN ${system} AND NOT ${isOwnTableSql} ORDER BY 1`,
  );
  return rows.map(([name]) => name as string);
}

/**
 * Reads tables, columns and keys from the information schema, and how each table is made from SHOW
 * CREATE TABLE. Tables of the own database have no schema, so that they fit into one of any name.
 * @param only names of databases; the own one is also the empty name
 */
export async function introspect(session: Session, only?: readonly string[]): Promise<Schema> {
  const [about] = await session.query('SELECT DATABASE(), VERSION()');
  const [own, version] = [about?.[0] ?? '', about?.[1]] as string[] as [string, string];
  const isMariadb = /mariadb/i.test(version);
  const named = only?.map((name) => (name === '' ? own : name));
  const wanted = new Set(named ?? (own === '' ? await schemas(session) : [own]));
  const list = [...wanted].map(literal).join(', ') || "''";
  const schemaOf = (database: string) => (database === own ? '' : database);
  // The server may compare names without their case, so the rows are sorted out by name here.
  const ask = async (sql: string) => {
    const rows = await session.query(sql.replaceAll('$schemas', list));
    return rows.filter(
      ([schema, name]) => wanted.has(schema as string) && !isOwnTable(String(name)),
    );
  };
  const columns = groupByTable(await ask(columnsSql));
  const indexes = groupByTable(await ask(indexesSql(isMariadb)));
  const references = groupByTable(await ask(referencesSql));
  const checked = groupByTable(await ask(checksSql(isMariadb)));
  const sequences = new Map<string, Sequence>();
  for (const [database, name] of (await ask(sequencesSql)) as string[][] as [string, string][]) {
    const sequence = { schema: schemaOf(database), name };
    const definition = [await sequenceDefinition(session, database, sequence)];
    sequences.set(quoteTable(sequence), { ...sequence, ownedBy: null, definition });
  }

  const found: Table[] = [];
  const listed = (await ask(tablesSql)) as string[][] as [string, string][];
  const definitions = await showCreate(session as MysqlSession, listed);
  for (const [i, row] of listed.entries()) {
    const [database, name] = row;
    const id = idOf(row);
    const table = { schema: schemaOf(database), name };
    const shown = withoutDatabase(definitions[i] as string, own);
    const known = columnsOf(columns.get(id) ?? [], shown, isMariadb).map((column) => ({
      ...column,
      default: column.default === null ? null : withoutDatabase(column.default, own),
    }));
    const keys = uniqueKeys(indexes.get(id) ?? [], known);
    const definition = definitionOf(table, shown);
    const used = known.flatMap((column) => sequencesIn(column.default));
    const numbering = [...new Set(used)].flatMap((it) => sequences.get(it)?.definition ?? []);
    found.push({
      ...table,
      columns: known,
      primaryKey: keys.primaryKey,
      uniques: keys.uniques.map((key) => ({ ...key, nullsDistinct: true })),
      uniqueIndexes: keys.indexes,
      foreignKeys: foreignKeys(references.get(id) ?? [], schemaOf),
      checks: checks(checked.get(id) ?? [], known, isMariadb),
      definition: { ...definition, requires: [...definition.requires, ...numbering] },
    });
  }
  // The own tables first, whatever the name of their database.
  found.sort((a, b) => (a.schema === b.schema ? 0 : a.schema < b.schema ? -1 : 1));
  return {
    dialect: 'mysql',
    database: own,
    defaultSchema: '',
    tables: found,
    sequences: sequencesOf(found, [...sequences.values()]),
  };
}

/** How many tables one statement asks about. */
const together = 200;

async function showCreate(
  session: MysqlSession,
  tables: readonly [database: string, name: string][],
): Promise<string[]> {
  const shown: string[] = [];
  for (let from = 0; from < tables.length; from += together) {
    const some = tables.slice(from, from + together);
    const answers = await session.together(
      some.map(([database, name]) => `SHOW CREATE TABLE ${quote(database)}.${quote(name)}`),
    );
    for (const [i, [database, name]] of some.entries()) {
      const statement = answers[i]?.[0]?.[1] as string;
      if (statement.startsWith('CREATE TEMPORARY')) {
        const reason = `a temporary table of its connection hides the table ${name}`;
        throw new HfitError('HFIT_DATABASE_BUSY', { database, reason });
      }
      shown.push(statement);
    }
  }
  return shown;
}

const idOf = ([database, name]: Row) => JSON.stringify([database, name]);

function groupByTable(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(idOf(row));
    if (group) group.push(row);
    else groups.set(idOf(row), [row]);
  }
  return groups;
}
