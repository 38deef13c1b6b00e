import { optionalPackage } from '../optional.js';
import { keyText } from '../server/key.js';
import type { DatabaseMark, Server, Visitor } from '../server/server.js';
import { readUrl, withoutPassword } from '../url.js';
import { copyDatabase } from './copy-database.js';
import { dialect } from './dialect.js';
import { literal, quote } from './quote.js';
import { type Connection, send } from './wire.js';

/** A view of this name is the mark of a database, since databases of MySQL have no comment. */
export const marks: Record<DatabaseMark, string> = { ready: 'hfit_ready', kept: 'hfit_kept' };

/** A MySQL or MariaDB server, entered with the account of a URL. */
export async function mysqlServer(url: string): Promise<Server> {
  const { database: named } = readUrl(url);
  const connection = await connect(withDatabase(url, ''));
  const ask = (sql: string) => send(connection, sql);
  // A lock is as good as its connection, which has nothing to do for long.
  await ask('SET SESSION wait_timeout = 2147483, SESSION lock_wait_timeout = 10');

  const visitors = async (name: string): Promise<Visitor[]> => {
    const transactions = await ask('SELECT trx_mysql_thread_id FROM information_schema.INNODB_TRX')
      // It takes the right to see the processes of others.
      .catch(() => []);
    const open = new Set(transactions.map(([id]) => String(id)));
    const rows = await ask(
      `SELECT ID, CONCAT('user ', USER, ' from ', HOST), INFO FROM information_schema.PROCESSLIST
       WHERE DB = ${literal(name)} ORDER BY ID`,
    );
    return rows.map(([id, who, query]) => ({
      id: String(id),
      name: String(who),
      inTransaction: open.has(String(id)),
      query: String(query ?? ''),
    }));
  };

  return {
    dialect,
    location: withoutPassword(url),
    reachable: true,
    named,

    async databases(prefix) {
      const rows = await ask(
        `SELECT s.SCHEMA_NAME, v.TABLE_NAME FROM information_schema.SCHEMATA s
         LEFT JOIN information_schema.VIEWS v ON v.TABLE_SCHEMA = s.SCHEMA_NAME
           AND v.TABLE_NAME IN (${Object.values(marks).map(literal).join(', ')})
         WHERE LEFT(s.SCHEMA_NAME, ${prefix.length}) = ${literal(prefix)} ORDER BY 1`,
      );
      return rows.map(([name, view]) => {
        const mark = Object.entries(marks).find(([, it]) => it === view)?.[0];
        return { name: String(name), mark: (mark as DatabaseMark | undefined) ?? null };
      });
    },
    async create(name) {
      await ask(`CREATE DATABASE ${quote(name)} CHARACTER SET utf8mb4`);
    },
    async copy(from, to) {
      await ask(createLike(to, (await ask(`SHOW CREATE DATABASE ${quote(from)}`))[0]?.[1]));
      const own = await connect(withDatabase(url, to));
      try {
        await copyDatabase(own, from, Object.values(marks));
      } finally {
        own.end();
      }
    },
    async drop(name) {
      // An open transaction would hold its tables.
      for (const { id } of await visitors(name)) await ask(`KILL ${id}`).catch(() => {});
      await ask(`DROP DATABASE IF EXISTS ${quote(name)}`);
    },
    async mark(name, mark) {
      await ask(`CREATE OR REPLACE VIEW ${quote(name)}.${quote(marks[mark])} AS SELECT 1 AS one`);
    },
    async run(name, script) {
      const own = await connect(withDatabase(url, name), true);
      try {
        await new Promise<void>((resolve, reject) => {
          own.query(script, (error) => (error ? reject(error) : resolve()));
        });
      } finally {
        own.end();
      }
    },
    async open(name) {
      const target = withDatabase(url, name);
      return { target, url: target, close: async () => {} };
    },

    async lock(key) {
      const name = literal(keyText(key));
      // One connection gets its own lock a second time.
      const [[got] = []] = await ask(
        `SELECT IF(IS_USED_LOCK(${name}) <=> CONNECTION_ID(), 0, GET_LOCK(${name}, 0))`,
      );
      if (String(got) !== '1') return null;
      return { release: async () => void (await ask(`SELECT RELEASE_LOCK(${name})`)) };
    },
    async held(keys) {
      const found = new Set<string>();
      for (const key of keys) {
        const [[holder] = []] = await ask(`SELECT IS_USED_LOCK(${literal(keyText(key))})`);
        if (holder !== null) found.add(key);
      }
      return found;
    },
    visitors,
    close: () => new Promise<void>((resolve) => connection.end(() => resolve())),
  };
}

/** The same character set and collation, under another name. */
function createLike(name: string, shown: unknown): string {
  return String(shown).replace(/`(?:[^`]|``)*`/, () => quote(name));
}

async function connect(url: string, multipleStatements = false): Promise<Connection> {
  const { default: mysql2 } = await optionalPackage('mysql2', () => import('mysql2'));
  const connection = mysql2.createConnection({
    uri: url,
    charset: 'utf8mb4',
    connectTimeout: 10_000,
    multipleStatements,
    enableKeepAlive: true,
  });
  // Without a listener, a connection that dies between two queries would end the process.
  connection.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  return connection;
}

function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(name)}`;
  return other.href;
}
