import { HfitError } from '@hot-fixture/errors';
import type { SourceSettings } from './settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const keys = [
  'DB_TYPE',
  'DB_HOST',
  'DB_PORT',
  'DB_USER',
  'DB_PASSWORD',
  'DB_NAME',
  'DB_DANGEROUSLY_ALLOW_WRITERS',
] as const;
type Key = (typeof keys)[number];

type Get = (key: Key) => string | undefined;

/** How the URL of each DB_TYPE is made. */
const urls: Readonly<Record<string, (name: string, get: Get) => string>> = {
  mysql: (name, get) => `mysql://${serverOf(name, get)}`,
  mariadb: (name, get) => `mariadb://${serverOf(name, get)}`,
  postgres: (name, get) => `postgresql://${serverOf(name, get)}`,
  postgresql: (name, get) => `postgresql://${serverOf(name, get)}`,
  sqlite: (name, get) => `sqlite:${fileOf(name, get)}`,
  sqlite3: (name, get) => `sqlite:${fileOf(name, get)}`,
};

/**
 * The sources of `DBMS_PROVIDERS=MYSQL1,…` with `MYSQL1.DB_TYPE`, or `MYSQL1_DB_TYPE` where a shell
 * cannot hold a dot.
 * @throws HFIT_CONFIG_INVALID that names the variable and never its value
 */
export function readProviders(env: Environment): Record<string, SourceSettings> {
  const sources: Record<string, SourceSettings> = {};
  for (const name of listed(env.DBMS_PROVIDERS)) {
    if (Object.hasOwn(sources, name)) throw wrong('DBMS_PROVIDERS', `"${name}" is there twice`);
    refuseUnknown(env, name);
    const get: Get = (key) => lookup(env, name, key);
    const allow = get('DB_DANGEROUSLY_ALLOW_WRITERS');
    if (allow !== undefined && allow !== 'true' && allow !== 'false') {
      throw wrong(`${name}_DB_DANGEROUSLY_ALLOW_WRITERS`, 'must be true or false');
    }
    const more = allow === undefined ? {} : { dangerouslyAllowWriters: allow === 'true' };
    sources[name] = { url: urlOf(name, get), ...more };
  }
  return sources;
}

/** The volumes of `VOLUMES=volume1` with `VOLUME1.PATH` or `VOLUME1_PATH`. */
export function readVolumes(env: Environment): Record<string, { path: string }> {
  const volumes: Record<string, { path: string }> = {};
  for (const name of listed(env.VOLUMES)) {
    const path = lookup(env, name, 'PATH');
    if (!path) throw wrong(`${name}_PATH`, 'is missing: the folder of the volume');
    volumes[name] = { path };
  }
  return volumes;
}

function urlOf(name: string, get: Get): string {
  const type = get('DB_TYPE')?.toLowerCase() ?? '';
  const url = Object.hasOwn(urls, type) ? urls[type] : undefined;
  if (url) return url(name, get);
  throw wrong(`${name}_DB_TYPE`, `must be one of ${Object.keys(urls).join(', ')}`);
}

function fileOf(name: string, get: Get): string {
  const file = get('DB_NAME');
  if (file) return file;
  throw wrong(`${name}_DB_NAME`, 'is missing: the file of the database');
}

function serverOf(name: string, get: Get): string {
  const port = get('DB_PORT');
  if (port !== undefined && !/^\d{1,5}$/.test(port)) {
    throw wrong(`${name}_DB_PORT`, 'must be a number');
  }
  const database = get('DB_NAME');
  const password = get('DB_PASSWORD');
  const user = encodeURIComponent(get('DB_USER') ?? '');
  const login = user + (password ? `:${encodeURIComponent(password)}` : '');
  const host = hostOf(get('DB_HOST') ?? '127.0.0.1');
  const path = database === undefined ? '' : `/${encodeURIComponent(database)}`;
  return `${login ? `${login}@` : ''}${host}${port ? `:${port}` : ''}${path}`;
}

/** The host of a URL; PostgreSQL takes the folder of a Unix socket there too. */
function hostOf(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : encodeURIComponent(host);
}

/** `mysql1` finds `MYSQL1.DB_TYPE`, `MYSQL1_DB_TYPE` and the same in its own case. */
function lookup(env: Environment, name: string, key: string): string | undefined {
  for (const base of [name, name.toUpperCase()]) {
    for (const separator of ['.', '_']) {
      const value = env[`${base}${separator}${key}`];
      if (value !== undefined && value !== '') return value;
    }
  }
  return undefined;
}

/** A misspelt variable would be passed over in silence, and a default taken in its place. */
function refuseUnknown(env: Environment, name: string): void {
  const known = new Set<string>(keys);
  for (const variable of Object.keys(env)) {
    const prefix = [`${name}.`, `${name}_`].find((start) =>
      variable.toUpperCase().startsWith(`${start.toUpperCase()}DB_`),
    );
    if (prefix && !known.has(variable.slice(prefix.length).toUpperCase())) {
      throw wrong(variable, `is not known here; known are ${keys.join(', ')}`);
    }
  }
}

function listed(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** An error that names a variable, and says nothing of its value. */
export function wrong(variable: string, reason: string): HfitError {
  return new HfitError(
    'HFIT_CONFIG_INVALID',
    { reason: `${variable} ${reason}` },
    { where: `environment: ${variable}` },
  );
}
