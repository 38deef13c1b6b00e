import type { PGlite } from '@electric-sql/pglite';
import type { Driver } from '../driver.js';
import { optionalPackage } from '../optional.js';
import { Turns } from '../turns.js';
import type { CopySession } from './copy.js';
import { wholeRows } from './copy-rows.js';
import { fetchAll } from './cursor.js';
import { dialect } from './dialect.js';
import { extendedQuery, rowsIn } from './extended-query.js';
import { sharedSession } from './log/session.js';
import { isInTransaction, transactionIsOpen } from './open-transaction.js';

export async function fromPgliteUrl(url: string): Promise<Driver> {
  const { PGlite } = await optionalPackage(
    '@electric-sql/pglite',
    () => import('@electric-sql/pglite'),
  );
  const path = url.slice('pglite:'.length).replace(/^\/\/(?=\/)/, '');
  const folder = path === ':memory:' ? '' : path;
  let opened: Promise<PGlite> | undefined;
  const open = () => {
    opened ??= folder === '' ? PGlite.create() : PGlite.create(folder);
    return opened;
  };
  return driverOf(folder, url, open, async () => (await opened)?.close());
}

/** Takes a `PGlite`; null for anything else. */
export function fromPgliteHandle(handle: unknown): Driver | null {
  if (!('execProtocolRaw' in (handle as object))) return null;
  const pglite = handle as PGlite;
  const folder = (pglite.dataDir ?? '').replace(/^memory:\/\/.*/, '');
  const location = `PGlite of ${folder || 'memory'}`;
  const ready = () => pglite.waitReady.then(() => pglite);
  return driverOf(folder, location, ready, async () => {});
}

function driverOf(
  folder: string,
  location: string,
  open: () => Promise<PGlite>,
  close: () => Promise<void>,
): Driver {
  const turns = new Turns();
  return {
    dialect,
    // The folder is its name: inside, every PGlite database is called the same.
    name: folder.split('/').filter(Boolean).at(-1) ?? 'memory',
    location,
    ...(folder !== '' && { home: folder }),
    inMemory: folder === '',
    inProcess: true,
    close,
    connect: async (purpose) => {
      const pglite = await open();
      const take = async () => {
        const free = await turns.takeSoon(location);
        try {
          const [result] = await pglite.exec(isInTransaction);
          if (result?.rows[0]?.open) throw transactionIsOpen(location);
        } catch (error) {
          free();
          throw error;
        }
        return free;
      };
      if (purpose === 'log')
        return sharedSession(
          sessionOf(pglite, () => {}),
          take,
        );
      return sessionOf(pglite, await take());
    },
  };
}

/** PGlite has one connection: sessions wait for each other. */
function sessionOf(pglite: PGlite, free: () => void): CopySession {
  const session: CopySession = {
    async query(sql, parameters = []) {
      const asked = extendedQuery(sql, parameters);
      const { data } = await pglite.runExclusive(() => pglite.execProtocol(asked));
      return rowsIn(data);
    },
    async run(sql) {
      await pglite.exec(sql);
    },
    stream: (sql, parameters, size, all) => fetchAll(session, sql, parameters, size, all),
    async *copyOut(sql) {
      const { blob } = await pglite.query(`${sql} '/dev/blob'`);
      if (blob) yield* blob.stream();
    },
    async copyIn(sql, chunks) {
      let rows = 0;
      for await (const piece of wholeRows(chunks)) {
        const blob = new Blob([piece]);
        try {
          const { affectedRows } = await pglite.query(`${sql} '/dev/blob'`, [], { blob });
          rows += affectedRows ?? 0;
        } catch (error) {
          throw Object.assign(error as Error, { rowsBefore: rows });
        }
      }
      return rows;
    },
    async release(broken) {
      if (broken && !pglite.closed) await pglite.exec(dialect.rollback).catch(() => {});
      free();
    },
  };
  return session;
}
