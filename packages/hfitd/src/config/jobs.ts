import { type Field, secondsIn } from '@hot-fixture/document';
import { type Environment, wrong } from './providers.js';
import { readable } from './server-url.js';
import type { JobSettings, SharedSettings } from './settings.js';

export const defaultJobs: JobSettings = {
  atOnce: 2,
  perSource: 2,
  perUser: 100,
  attempts: 5,
  keep: 24 * 3600,
  maxAge: 3600,
  lease: 15,
};

/** How a setting is written, and the least and most that it may be. */
const kinds: Readonly<Record<keyof JobSettings, readonly ['count' | 'time', number, number]>> = {
  atOnce: ['count', 0, 64],
  perSource: ['count', 1, 64],
  perUser: ['count', 1, 100_000],
  attempts: ['count', 1, 100],
  keep: ['time', 1, 366 * 86_400],
  maxAge: ['time', 0, 366 * 86_400],
  lease: ['time', 1, 3600],
};
const names = Object.keys(kinds) as (keyof JobSettings)[];

type Found = Partial<Record<keyof SharedSettings, Field>>;

/** The keys of the file that are about jobs, and about what several daemons share for them. */
export function readJobFields(found: Found, path: (field: Field) => string): SharedSettings {
  return {
    ...(found.jobs && { jobs: jobsOf(found.jobs) }),
    ...(found.storage && {
      storage: isUrl(found.storage.text()) ? bucket(found.storage) : path(found.storage),
    }),
    ...(found.signingKeyFile && { signingKeyFile: path(found.signingKeyFile) }),
  };
}

/** The same settings from the environment: `HFITD_JOBS_AT_ONCE`, `HFITD_STORAGE` … */
export function readJobVariables(env: Environment): SharedSettings {
  const jobs = Object.fromEntries(
    names.flatMap((name) => {
      const variable = `HFITD_JOBS_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
      const text = env[variable];
      if (!text) return [];
      const value = readValue(name, text);
      if (value === null) throw wrong(variable, adviceOf(name));
      return [[name, value]];
    }),
  );
  const storage = env.HFITD_STORAGE;
  if (storage && isUrl(storage) && !isBucketUrl(storage)) throw wrong('HFITD_STORAGE', advice);
  const signingKeyFile = env.HFITD_SIGNING_KEY_FILE;
  return {
    ...(Object.keys(jobs).length > 0 && { jobs }),
    ...(storage && { storage }),
    ...(signingKeyFile && { signingKeyFile }),
  };
}

function jobsOf(field: Field): Partial<JobSettings> {
  const found = field.fields([], names);
  return Object.fromEntries(
    Object.entries(found).map(([name, given]) => {
      const one = given as Field;
      const value = readValue(name as keyof JobSettings, one.text());
      if (value === null) throw one.fail(adviceOf(name as keyof JobSettings));
      return [name, value];
    }),
  );
}

/** The number, or the seconds of `30s`, `15m`, `24h` or `7d`; null where it is neither. */
function readValue(name: keyof JobSettings, text: string): number | null {
  const [kind, least, most] = kinds[name];
  if ((kind === 'count') !== /\d$/.test(text)) return null;
  const value = secondsIn(text);
  return value !== null && value >= least && value <= most ? value : null;
}

function adviceOf(name: keyof JobSettings): string {
  const [kind, least, most] = kinds[name];
  return kind === 'count'
    ? `must be a whole number from ${least} to ${most}`
    : `must be a time such as 30s, 15m, 24h or 7d, from ${least}s to ${most / 86_400}d`;
}

const advice =
  'must be a folder, or s3://BUCKET/PREFIX?endpoint=URL&region=NAME, with a key percent-encoded';

function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

function bucket(field: Field): string {
  if (!isBucketUrl(field.text())) throw field.fail(advice);
  return field.text();
}

function isBucketUrl(text: string): boolean {
  const url = readable(text);
  if (url?.protocol !== 's3:') return false;
  const { hostname, searchParams } = url;
  const endpoint = searchParams.get('endpoint');
  const isKnown = [...searchParams.keys()].every((key) => ['endpoint', 'region'].includes(key));
  return hostname !== '' && isKnown && (endpoint === null || URL.canParse(endpoint));
}
