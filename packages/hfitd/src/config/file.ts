import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Field, readDocument } from '@hot-fixture/document';
import { HfitError } from '@hot-fixture/errors';
import { accessFields, readAccessFields } from './access.js';
import { parseAddress } from './address.js';
import { readJobFields } from './jobs.js';
import { readOperationFields } from './operation.js';
import { readSecret } from './secrets.js';
import { isRedis, isStore, type ServerUrl } from './server-url.js';
import { logLevels, namePattern, type Settings, type SourceSettings } from './settings.js';

/**
 * Reads a configuration file. Its relative paths start from its own folder.
 * @throws HFIT_CONFIG_UNREADABLE, HFIT_CONFIG_INVALID at `file:line:column`
 */
export function readSettingsFile(file: string): Settings {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new HfitError('HFIT_CONFIG_UNREADABLE', { reason }, { where: file, cause });
  }
  return parseSettings(text, file);
}

/** The same from its text. */
export function parseSettings(text: string, file: string): Settings {
  const document = readDocument(text, file, (reason, where) => {
    // What the YAML parser says may quote the file, which holds passwords.
    const safe = reason.replace(/(?:: "|: \S*$|sequence ).*$/s, '');
    return new HfitError('HFIT_CONFIG_INVALID', { reason: safe }, { where });
  });
  const folder = dirname(resolve(file));
  const path = (field: Field) => resolve(folder, nonEmpty(field));
  const found = document.fields(
    [],
    [
      'listen',
      'audience',
      'dataDir',
      'socket',
      'policy',
      'maskingKeyFile',
      'sources',
      'volumes',
      'packagesAtOnce',
      'logLevel',
      'store',
      'redis',
      'jobs',
      'storage',
      'signingKeyFile',
      'limits',
      'trustProxy',
      'audit',
      'tls',
      'monitor',
      'tracing',
      ...accessFields,
    ],
  );
  return {
    ...(found.listen && { listen: address(found.listen) }),
    ...(found.audience && { audience: audience(found.audience) }),
    ...(found.dataDir && { dataDir: path(found.dataDir) }),
    ...(found.socket && { socket: path(found.socket) }),
    ...(found.policy && {
      policy: found.policy.kind === 'list' ? found.policy.list().map(path) : path(found.policy),
    }),
    ...(found.maskingKeyFile && { maskingKeyFile: path(found.maskingKeyFile) }),
    ...(found.sources && { sources: named(found.sources, (field) => source(field, path)) }),
    ...(found.volumes && {
      volumes: named(found.volumes, (field) => ({ path: path(field.fields(['path'], []).path) })),
    }),
    ...(found.packagesAtOnce && { packagesAtOnce: found.packagesAtOnce.integer(1, 64) }),
    ...(found.logLevel && { logLevel: oneOf(found.logLevel, logLevels) }),
    ...(found.store && { store: server(found.store, isStore) }),
    ...(found.redis && { redis: server(found.redis, isRedis) }),
    ...readOperationFields(found, path),
    ...readJobFields(found, path),
    ...readAccessFields(found, path),
  };
}

/** What is wrong with it is told without it: it may hold a password. */
function server(field: Field, { fits, advice }: ServerUrl): string {
  const text = nonEmpty(field);
  if (!fits(text)) throw field.fail(advice);
  return text;
}

const sourceLimits = [
  ...(['connections', 'streamsPerUser'] as const),
  ...(['queueSeconds', 'statementSeconds', 'lockSeconds'] as const),
];

function source(field: Field, path: (field: Field) => string): SourceSettings {
  const { url, urlFile, dangerouslyAllowWriters, ...limits } = field.fields(
    [],
    ['url', 'urlFile', 'dangerouslyAllowWriters', ...sourceLimits],
  );
  if (url && urlFile) throw urlFile.fail('"url" stands there already: keep one of them');
  const numbers = sourceLimits.flatMap((name) => {
    const limit = limits[name];
    return limit ? [[name, limit.integer(1, name.endsWith('Seconds') ? 86_400 : 500)]] : [];
  });
  const rest = {
    ...Object.fromEntries(numbers),
    ...(dangerouslyAllowWriters && {
      dangerouslyAllowWriters: dangerouslyAllowWriters.boolean(),
    }),
  };
  if (urlFile) return { url: readSecret(path(urlFile)), ...rest };
  if (!url) throw field.fail('"url" is missing, or "urlFile" for a file that holds it');
  return { url: nonEmpty(url), ...rest };
}

function named<T>(field: Field, read: (field: Field) => T): Record<string, T> {
  const found: Record<string, T> = {};
  for (const [name, value, where] of field.entries()) {
    if (!namePattern.test(name)) {
      const reason = 'a name is made of letters, digits, dots, hyphens and underscores';
      throw new HfitError('HFIT_CONFIG_INVALID', { reason }, { where });
    }
    found[name] = read(value);
  }
  return found;
}

function nonEmpty(field: Field): string {
  const text = field.text();
  if (text.trim() === '') throw field.fail('a text is expected here, and this one is empty');
  return text;
}

function address(field: Field): string {
  const text = nonEmpty(field);
  try {
    parseAddress(text);
  } catch (error) {
    throw error instanceof HfitError ? error.at(field.where) : error;
  }
  return text;
}

function audience(field: Field): string {
  const text = nonEmpty(field);
  if (!isAudience(text)) throw field.fail('the audience must be a URL with http: or https:');
  return text;
}

/** An audience is the URL that users know the server by. */
export function isAudience(text: string): boolean {
  return /^https?:\/\/[^\s/]+(\/\S*)?$/.test(text) && URL.canParse(text);
}

function oneOf<T extends string>(field: Field, values: readonly T[]): T {
  const text = field.text();
  const value = values.find((known) => known === text);
  if (value === undefined) throw field.fail(`expected here is one of ${values.join(', ')}`);
  return value;
}
