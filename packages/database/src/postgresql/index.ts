import type { DialectEntry } from '../open.js';
import { dialect } from './dialect.js';
import { fromPgHandle, fromPgUrl } from './driver-pg.js';
import { fromPgliteHandle, fromPgliteUrl } from './driver-pglite.js';
import { postgresqlServer } from './server.js';
import { pgliteServer } from './server-pglite.js';

/** PostgreSQL, on a server or embedded as PGlite: one dialect, two ways to reach it. */
export const postgresql: DialectEntry = {
  dialect,
  schemes: ['postgresql:', 'postgres:', 'pglite:'],
  handles: ['pg.Pool', 'pg.Client', 'PGlite'],
  fromUrl: (url, throwAway, connections) =>
    url.startsWith('pglite:') ? fromPgliteUrl(url) : fromPgUrl(url, throwAway, connections),
  server: (url) => (url.startsWith('pglite:') ? pgliteServer(url) : postgresqlServer(url)),
  fromHandle: async (handle) => fromPgHandle(handle) ?? fromPgliteHandle(handle),
};
