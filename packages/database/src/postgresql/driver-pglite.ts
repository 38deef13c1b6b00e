import type { PGlite, QueryOptions } from '@electric-sql/pglite';
import type { Driver } from '../driver.js';
import { optionalPackage } from '../optional.js';
import { Turns } from '../turns.js';
import { fetchAll } from './cursor.js';
import { type CopySession, dialect } from './dialect.js';

const same = (value: unknown) => value;
const forEveryType = new Proxy({}, { get: () => same });
/** Values stay the text that the database wrote, and parameters go in as text. */
const asText: QueryOptions = {
  rowMode: 'array',
  parsers: forEveryType,
  serializers: forEveryType as NonNullable<QueryOptions['serializers']>,
};

export async function fromPgliteUrl(url: string): Promise<Driver> {
  const { PGlite } = await optionalPackage(
    '@electric-sql/pglite',
    () => import('@electric-sql/pglite'),
  );
  const path = url.slice('pglite:'.length).replace(/^\/\/(?=\/)/, '');
  const inMemory = path === '' || path === ':memory:';
  const pglite = inMemory ? await PGlite.create() : await PGlite.create(path);
  return driverOf(pglite, inMemory, url, () => pglite.close());
}

/** Takes a `PGlite`; null for anything else. */
export function fromPgliteHandle(handle: unknown): Driver | null {
  if (!('execProtocolRaw' in (handle as object))) return null;
  const pglite = handle as PGlite;
  const folder = pglite.dataDir ?? '';
  const inMemory = folder === '' || folder.startsWith('memory://');
  return driverOf(pglite, inMemory, `PGlite of ${folder || 'memory'}`, async () => {});
}

function driverOf(
  pglite: PGlite,
  inMemory: boolean,
  location: string,
  close: () => Promise<void>,
): Driver {
  // The folder is its name: inside, every PGlite database is called the same.
  const name = (pglite.dataDir ?? '').split('/').filter(Boolean).at(-1) ?? 'memory';
  const turns = new Turns();
  return {
    dialect,
    name,
    location,
    inMemory,
    close,
    connect: async () => {
      await pglite.waitReady;
      const free = await turns.take();
      return sessionOf(pglite, free);
    },
  };
}

/** PGlite has one connection: sessions wait for each other. */
function sessionOf(pglite: PGlite, free: () => void): CopySession {
  const session: CopySession = {
    async query(sql, parameters = []) {
      const { rows } = await pglite.query(sql, [...parameters], asText);
      return rows as never;
    },
    async run(sql) {
      await pglite.exec(sql);
    },
    stream: (sql, parameters, size) => fetchAll(session, sql, parameters, size),
    async copyIn(sql, text) {
      await pglite.query(`${sql} '/dev/blob'`, [], { blob: new Blob([text]) });
    },
    async release(broken) {
      if (broken && !pglite.closed) await pglite.exec(dialect.rollback).catch(() => {});
      free();
    },
  };
  return session;
}
