import fc from 'fast-check';
import mysql from 'mysql2/promise';
import { describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { openDatabase, type Row } from '../src/index.js';
import { difference, holdsForDefinitions, logCalls } from './log-ddl-law.js';
import { definition, more, moreWrites } from './mysql-ddl-statements.js';
import { told } from './mysql-log.js';
import { made, statement } from './mysql-log-statements.js';
import { fresh } from './mysql-server.js';

const write = fc.oneof({ weight: 2, arbitrary: statement }, { weight: 1, arbitrary: moreWrites });

/** What is defined and no table: triggers of users, in their order, and views. */
const defined = `
  SELECT CONCAT_WS(' ', EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, TRIGGER_NAME, ACTION_STATEMENT, DEFINER, SQL_MODE) FROM information_schema.TRIGGERS
  WHERE TRIGGER_SCHEMA = DATABASE() AND TRIGGER_NAME NOT LIKE 'hfit\\_%' ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER`;

type Rows = Record<string, Row[]>;

describe.skipIf(!services.mariadb)('the log of MariaDB, whatever is defined meanwhile,', () => {
  it('comes back or says why not', { timeout: 3_600_000 }, () =>
    holdsForDefinitions(write, definition, 2, async (work) => {
      const server = await fresh();
      await server.run([...made, ...more]);
      const database = await openDatabase(server.url);
      const session = await database.logSession();
      const user = await mysql.createConnection({ uri: server.url, charset: 'utf8mb4' });
      const { dialect } = database;
      const { log } = dialect;
      const ask = async (sql: string) => (await session.query(sql)) as string[][];
      const state = async () => {
        const { tables, sequences } = await database.introspect();
        const [rows, columns]: [Rows, Record<string, string[]>] = [{}, {}];
        const definitions: string[] = [];
        for (const table of tables) {
          const name = mysql.escapeId(table.name, true);
          const list = table.columns
            .filter(({ generated }) => !generated)
            .map((it) => dialect.selected(it));
          rows[table.name] = await session.query(`SELECT ${list} FROM ${name}`);
          rows[table.name]?.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
          columns[table.name] = table.columns.map((it) => it.name);
          definitions.push(
            ...(await ask(`SHOW CREATE TABLE ${name}`)).map(([, sql]) =>
              String(sql).replace(/ AUTO_INCREMENT=\d+/, ''),
            ),
          );
        }
        definitions.push(...(await ask(defined)).map(String));
        // History keeps its numbers, and InnoDB lets none be given twice.
        const versioned = (name: string) =>
          tables.some((it) => it.name === name && /SYSTEM VERSIONING/.test(it.definition.create));
        const counters = await dialect.readSequences(
          session,
          sequences.filter(({ name }) => !versioned(name)),
        );
        return { data: { rows, columns, counters }, definitions };
      };
      try {
        await work({
          async run(sql) {
            for (const it of sql.split('; ')) await user.query(it);
          },
          async settle() {
            await user.query('COMMIT');
            await user.changeUser({ charset: 'utf8mb4' } as never);
          },
          state,
          ...logCalls(database, session, 2000),
          async compare(name, before, now) {
            const found = told(await log.changes(session, name, 2000));
            const rows = (it: typeof before) => (it.data as { rows: Rows }).rows;
            expect(found).toEqual(difference(rows(before), rows(now)));
          },
        });
      } finally {
        await user.end();
        await session.release(false);
        await database.close();
        await server.drop();
      }
    }),
  );
});
