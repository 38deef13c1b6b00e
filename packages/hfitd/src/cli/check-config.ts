import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openDatabase, withoutPassword } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { parseSigningKey } from '@hot-fixture/extract';
import { type Policy, parseMaskingKey } from '@hot-fixture/masking';
import { parseDeclaration } from '../access/declaration.js';
import { auditFileOf } from '../audit/open.js';
import { openSyslog } from '../audit/syslog.js';
import { isLoopback, parseAddress } from '../config/address.js';
import { readText } from '../config/keys.js';
import { policyOf, readPolicies } from '../config/policies.js';
import type { Configuration, SourceSettings } from '../config/settings.js';
import { readTls } from '../http/tls.js';
import { makeLogger } from '../log.js';
import { Sources } from '../sources.js';
import { isBucket, openStorage } from '../storage/open.js';
import { openRedis } from '../store/redis.js';
import { type Compared, comparePolicy } from './check-policy.js';
import { type Keys, lookAtStore } from './check-store.js';
import type { Result } from './commands.js';
import { printable } from './failure.js';

type State = 'ok' | 'note' | 'failed';

/** One thing that was looked at. */
interface Check {
  readonly name: string;
  readonly state: State;
  /** What was found, without any secret. */
  readonly text: string;
}

/**
 * Looks at everything that a start would, and starts nothing.
 * @param online whether the sources, and the store, Redis and bucket that are shared, are asked too
 * @throws HFIT_CHECK_FAILED after the checks were printed, and what reading the configuration throws
 */
export async function checkConfiguration(
  configuration: Configuration,
  { online = false }: { online?: boolean },
): Promise<{ result: Result; failure: HfitError | null }> {
  const checks: Check[] = [];
  const check = async (name: string, work: () => string | Promise<string>) => {
    checks.push(await looked(name, work));
  };
  const note = (name: string, text: string) => checks.push({ name, state: 'note', text });

  await check(
    'listen',
    () => `${configuration.listen}, audience ${configuration.audience ?? 'the same'}`,
  );
  const { host } = parseAddress(configuration.listen);
  if (!configuration.tls && !isLoopback(host)) note('tls', 'plain HTTP beyond this machine');
  if (configuration.tls) {
    const { tls } = configuration;
    await check('tls', () => {
      readTls(tls);
      return tls.cert;
    });
  }
  if (configuration.monitor) note('monitor', `${configuration.monitor}, without a login`);
  if (configuration.access === undefined && configuration.accessFile === undefined) {
    note('access', 'open to every user until the first grant');
  }
  if (configuration.access === 'open') note('access', 'open to every user');
  if (configuration.tracing) note('tracing', configuration.tracing.endpoint);
  await check('data folder', () => folderOf(configuration.dataDir, 'own data of the daemon'));
  await check('audit log', () => fileOf(auditFileOf(configuration)));
  const { syslog, ...files } = configuration.audit ?? {};
  if (syslog !== undefined) {
    await check('syslog', async () => {
      await openSyslog(syslog, files).close();
      return syslog;
    });
  }
  let policy: Policy = policyOf({});
  await check('policy', () => {
    const texts = readPolicies(configuration.policy);
    policy = policyOf(texts);
    return Object.keys(texts).join(', ') || 'none, so every column is denied';
  });
  const { accessFile, dataDir, redis, storage } = configuration;
  if (accessFile !== undefined) {
    await check('access file', () => {
      parseDeclaration(readText(accessFile, 'access file'), accessFile);
      return accessFile;
    });
  }
  let keys: Keys = {};
  await check('masking key', () => {
    const usual = join(dataDir, 'masking.key');
    const it = keyAt(configuration.maskingKeyFile, usual, 'masking key', parseMaskingKey);
    if (it.key) keys = { ...keys, masking: it.key };
    return it.where;
  });
  await check('signing key', () => {
    const usual = join(dataDir, 'signing.key');
    const it = keyAt(configuration.signingKeyFile, usual, 'signing key', parseSigningKey);
    if (it.key) keys = { ...keys, signing: it.key };
    return it.where;
  });
  await check('store', () => lookAtStore(configuration, keys, online));
  if (redis !== undefined) {
    await check('redis', async () => {
      if (online) (await openRedis(redis, makeLogger('silent'))).disconnect();
      return withoutPassword(redis);
    });
  }
  await check('storage', async () => {
    if (!isBucket(storage)) return folderOf(storage, 'packages');
    const bucket = await openStorage(storage);
    try {
      // Nothing is so old: it is only asked whether the bucket can be read.
      if (online) await bucket.older(new Date(0));
      return bucket.where;
    } finally {
      bucket.close();
    }
  });
  for (const [name, { path }] of Object.entries(configuration.volumes)) {
    await check(`volume ${name}`, () => readable(path));
  }
  for (const [name, source] of Object.entries(configuration.sources)) {
    await check(`source ${name}`, async () => {
      const where = await locationOf(source);
      if (!online) return where;
      const { text, unknown } = await asked(name, source, policy);
      if (unknown.length > 0) {
        checks.push({ name: `policy of ${name}`, state: 'failed', text: unknown.join('; ') });
      }
      return `${where}; ${text}`;
    });
  }
  const count = checks.filter(({ state }) => state === 'failed').length;
  const lines = checks.map(
    ({ name, state, text }) => `${state.padEnd(6)}  ${name}: ${printable(text)}`,
  );
  return {
    result: { text: lines.join('\n'), document: { checks } },
    failure: count === 0 ? null : new HfitError('HFIT_CHECK_FAILED', { count }),
  };
}

async function looked(name: string, work: () => string | Promise<string>): Promise<Check> {
  try {
    return { name, state: 'ok', text: await work() };
  } catch (error) {
    if (!(error instanceof HfitError)) throw error;
    const where = error.where === undefined ? '' : ` (${error.where})`;
    return { name, state: 'failed', text: `${error.code}: ${error.what}${where}` };
  }
}

async function locationOf(source: SourceSettings): Promise<string> {
  const database = await openDatabase('url' in source ? source.url : source.handle);
  try {
    return `${database.dialect.name} at ${database.location}`;
  } finally {
    await database.close();
  }
}

/** Whether it answers, to an account that can only read, and what the policy says of it. */
async function asked(name: string, source: SourceSettings, policy: Policy): Promise<Compared> {
  const sources = await Sources.open({ [name]: source });
  try {
    const problem = (await sources.check())[name];
    if (problem) throw problem;
    return await comparePolicy(name, sources.find(name).database, policy);
  } finally {
    await sources.close();
  }
}

/** A key that has its own file must be there; else the first start makes it in the data folder. */
function keyAt<Key>(
  file: string | undefined,
  usual: string,
  thing: string,
  parse: (text: string) => Key,
): { where: string; key?: Key } {
  if (file === undefined && !existsSync(usual))
    return { where: `${usual}, made at the first start` };
  const where = file ?? usual;
  try {
    return { where, key: parse(readText(where, thing)) };
  } catch (error) {
    throw error instanceof HfitError && error.where === undefined ? error.at(where) : error;
  }
}

function folderOf(folder: string, thing: string): string {
  if (!existsSync(folder)) return `${folder}, made at the first start`;
  const stat = statSync(folder);
  const reason = !stat.isDirectory()
    ? 'it is no folder'
    : stat.uid !== process.getuid?.()
      ? 'it belongs to another user'
      : (stat.mode & 0o077) !== 0
        ? 'other users can open it'
        : null;
  if (reason === null) return folder;
  throw new HfitError('HFIT_FOLDER_UNSAFE', { thing, reason }, { where: folder });
}

function fileOf(file: string): string {
  const place = existsSync(file) ? file : dirname(file);
  // The data folder is made at the first start, and the file in it.
  if (existsSync(place)) access(place, constants.W_OK, 'audit log');
  return file;
}

function readable(folder: string): string {
  access(folder, constants.R_OK | constants.X_OK, 'volume');
  return folder;
}

function access(place: string, mode: number, thing: string): void {
  try {
    accessSync(place, mode);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new HfitError('HFIT_FILE_UNREADABLE', { thing, reason }, { where: place, cause });
  }
}
