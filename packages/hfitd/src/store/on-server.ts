import { HfitError } from '@hot-fixture/errors';
import { PostgresDialect, sql } from 'kysely';
import { Pool, types } from 'pg';
import type { StoreKind } from './kind.js';

/** The store that several daemons share: a database of PostgreSQL that is theirs alone. */
export function onServer(url: string): StoreKind {
  return {
    where: withoutPassword(url),
    dialect: () => new PostgresDialect({ pool: new StorePool(url) }),
    counter: {
      type: 'bigint',
      of: (column) => column.primaryKey().generatedAlwaysAsIdentity(),
    },
    async growOnly(db, table) {
      const refuse = sql.ref(`${table}_only_grows`);
      const words = sql.lit(`the ${table} log only grows`);
      await sql`CREATE FUNCTION ${refuse}() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION USING MESSAGE = ${words}; END $$`.execute(db);
      await sql`CREATE TRIGGER ${refuse} BEFORE UPDATE OR DELETE OR TRUNCATE ON ${sql.ref(table)}
        FOR EACH STATEMENT EXECUTE FUNCTION ${refuse}()`.execute(db);
    },
  };
}

/** How many connections a daemon or a worker has to the store at most. */
const connections = 8;

/** Moments come as numbers; a server that is gone is told as such. */
class StorePool {
  readonly #pool: Pool;

  constructor(connectionString: string) {
    this.#pool = new Pool({
      connectionString,
      max: connections,
      connectionTimeoutMillis: 5_000,
      application_name: 'hfitd',
      types: { getTypeParser: (id, format) => parserOf(id, format) },
    });
    // An idle connection that ends is made anew by the next who asks.
    this.#pool.on('error', () => {});
  }

  async connect() {
    const client = await this.#pool.connect().catch(unavailable);
    // Without a listener, a server that ends in a transaction would end this process too.
    const ignore = () => {};
    client.on('error', ignore);
    const query = client.query.bind(client) as (...given: unknown[]) => Promise<never>;
    return {
      query: (...given: unknown[]) => query(...given).catch(unavailable),
      release: () => {
        client.off('error', ignore);
        client.release();
      },
    } as never;
  }

  end(): Promise<void> {
    return this.#pool.end();
  }
}

function parserOf(id: number, format: 'text' | 'binary' = 'text') {
  return id === types.builtins.INT8 ? Number : types.getTypeParser(id, format as 'text');
}

/** What says that the server, and not the statement, is the reason. */
const lost =
  /^(08|57P)|^53300$|^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;

function unavailable(cause: unknown): never {
  const { code, message } = cause as { code?: unknown; message?: string };
  // Such as a NUL that a template writes as an escape, where no parser of requests has seen it.
  if (code === '22021') {
    const reason = 'a text in it cannot be kept, as it holds a NUL';
    throw new HfitError('HFIT_REQUEST_INVALID', { reason }, { cause });
  }
  const isLost =
    typeof code === 'string' ? lost.test(code) : /connection|timeout|terminat/i.test(message ?? '');
  throw isLost ? new HfitError('HFIT_STORE_UNAVAILABLE', {}, { cause }) : cause;
}

function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password = '';
  shown.username = '';
  shown.search = '';
  return shown.href;
}
