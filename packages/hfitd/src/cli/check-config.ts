import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Database, openDatabase } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { spellings } from '@hot-fixture/extract';
import type { Policy } from '@hot-fixture/masking';
import { auditFileOf } from '../audit/open.js';
import { openSyslog } from '../audit/syslog.js';
import { isLoopback, parseAddress } from '../config/address.js';
import { policyOf, readPolicies } from '../config/policies.js';
import type { Configuration, SourceSettings } from '../config/settings.js';
import { readTls } from '../http/tls.js';
import { Sources } from '../sources.js';
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
 * @param online whether sources are asked too
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
  await check('data folder', () => folderOf(configuration.dataDir));
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
  for (const [name, { path }] of Object.entries(configuration.volumes)) {
    await check(`volume ${name}`, () => readable(path));
  }
  for (const [name, source] of Object.entries(configuration.sources)) {
    await check(`source ${name}`, async () => {
      const where = await locationOf(source);
      return online ? `${where}; ${await asked(name, source, policy)}` : where;
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
async function asked(name: string, source: SourceSettings, policy: Policy): Promise<string> {
  const sources = await Sources.open({ [name]: source });
  try {
    const problem = (await sources.check())[name];
    if (problem) throw problem;
    return await classified(name, sources.find(name).database, policy);
  } finally {
    await sources.close();
  }
}

/** How many columns of a source the policy gives out, and how many it has never heard of. */
async function classified(name: string, database: Database, policy: Policy): Promise<string> {
  const counts = { keep: 0, mask: 0, deny: 0 };
  let tables = 0;
  const snapshot = await database.snapshot();
  try {
    for (const schema of await snapshot.schemas()) {
      const introspected = await snapshot.introspect([schema]);
      for (const table of introspected.tables) {
        tables++;
        for (const column of table.columns) {
          counts[policy.decide(name, spellings(introspected, table), { name: column.name }).kind]++;
        }
      }
    }
  } finally {
    await snapshot.close();
  }
  return `${tables} tables, columns: ${counts.keep} kept, ${counts.mask} masked, ${counts.deny} denied`;
}

function folderOf(folder: string): string {
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
  const values = { thing: 'own data of the daemon', reason };
  throw new HfitError('HFIT_FOLDER_UNSAFE', values, { where: folder });
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
