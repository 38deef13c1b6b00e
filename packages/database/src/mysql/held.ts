import type { ConnectionOptions } from 'mysql2';
import { optionalPackage } from '../optional.js';
import type { MysqlSession } from './session.js';
import type { Connection } from './wire.js';

/** What says where a server is and how to enter it; how rows look is set by our own queries. */
const entry = [
  'host',
  'port',
  'localAddress',
  'socketPath',
  'user',
  'password',
  'password2',
  'password3',
  'passwordSha1',
  'database',
  'connectTimeout',
  'insecureAuth',
  'ssl',
  'charsetNumber',
  'compress',
  'authPlugins',
  'authSwitchHandler',
  'enableCleartextPlugin',
  'enableKeepAlive',
  'keepAliveInitialDelay',
  'stream',
] as const;

/** Opens a connection beside a pool, with its configuration. */
export async function connectLike(config: object): Promise<Connection> {
  const { default: mysql2 } = await optionalPackage('mysql2', () => import('mysql2'));
  const known = config as Record<string, unknown>;
  const options = Object.fromEntries(
    entry.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]]])),
  );
  // Each way to the server costs, and a rewind has many statements.
  const connection = mysql2.createConnection({
    ...(options as ConnectionOptions),
    multipleStatements: true,
  });
  // Without a listener, a connection that dies between two queries would end the process.
  connection.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
  return connection;
}

/**
 * A session on a connection that its owner goes on using: each call takes it for so long only, and
 * puts its settings back.
 */
export async function sharedSession(lend: () => Promise<MysqlSession>): Promise<MysqlSession> {
  async function once<T>(work: (session: MysqlSession) => Promise<T>): Promise<T> {
    const session = await lend();
    try {
      return await work(session);
    } finally {
      await session.release(false);
    }
  }
  return {
    maxPacket: await once(async (session) => session.maxPacket),
    lend,
    query: (sql, parameters) => once((session) => session.query(sql, parameters)),
    run: (sql) => once((session) => session.run(sql)),
    execute: (sql, values) => once((session) => session.execute(sql, values)),
    batch: (statements) => once((session) => session.batch(statements)),
    together: (statements) => once((session) => session.together(statements)),
    runAll: async (statements) => void (await once((session) => session.together(statements))),
    async *stream(sql, parameters, size) {
      const session = await lend();
      try {
        yield* session.stream(sql, parameters, size);
      } finally {
        await session.release(false);
      }
    },
    release: async () => {},
  };
}
