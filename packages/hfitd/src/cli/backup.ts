import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { HfitError } from '@hot-fixture/errors';
import Sqlite from 'better-sqlite3';
import { refuseLiveSocket } from '../admin/socket.js';
import { auditFileOf } from '../audit/open.js';
import type { Configuration } from '../config/settings.js';
import { openStore } from '../store/open.js';
import type { Result } from './commands.js';

const storeFile = 'hfitd.db';
const auditFile = 'audit.log';
/** Beside the store, where they are in the data folder and not elsewhere. */
const smallFiles = ['masking.key', 'signing.key', 'daemon.id'];

/** Lines of the audit log that stand in one row of the backup, in bytes. */
const piece = 1024 * 1024;

/**
 * Writes all that a daemon keeps into one file, while it runs or not: a copy of its store, with the
 * keys and the audit log in a table of their own.
 * @throws HFIT_BACKUP_FAILED, HFIT_BACKUP_ELSEWHERE
 */
export async function backup(configuration: Configuration, target: string): Promise<Result> {
  const { dataDir, store } = configuration;
  if (store !== undefined) throw new HfitError('HFIT_BACKUP_ELSEWHERE', {});
  const source = join(dataDir, storeFile);
  if (!existsSync(source)) throw failed('there is no store in the data folder', source);
  if (existsSync(target)) throw failed('there is a file already', target);
  const draft = `${resolve(target)}.${randomUUID()}`;
  try {
    closeSync(openSync(draft, 'wx', 0o600));
    const from = new Sqlite(source, { fileMustExist: true });
    await from.backup(draft).finally(() => from.close());
    const files = await addFiles(draft, configuration);
    renameSync(draft, target);
    const bytes = statSync(target).size;
    const text = `${target}: the store, ${files.join(', ')}; ${bytes} bytes. Keep it as safe as the data folder.`;
    return { text, document: { file: target, files: [storeFile, ...files], bytes } };
  } catch (error) {
    throw error instanceof HfitError ? error : failed((error as Error).message, target, error);
  } finally {
    rmSync(draft, { force: true });
  }
}

async function addFiles(draft: string, configuration: Configuration): Promise<string[]> {
  const copy = new Sqlite(draft);
  try {
    // A backup is one file: no journal beside it.
    copy.pragma('journal_mode = DELETE');
    copy.exec('CREATE TABLE backup_files (name TEXT NOT NULL, part INTEGER NOT NULL, bytes BLOB)');
    const add = copy.prepare('INSERT INTO backup_files VALUES (?, ?, ?)');
    const files = smallFiles.filter((name) => existsSync(join(configuration.dataDir, name)));
    for (const name of files) add.run(name, 0, readFileSync(join(configuration.dataDir, name)));
    const audit = auditFileOf(configuration);
    if (!existsSync(audit) || !statSync(audit).isFile()) return files;
    const head = copy.prepare('SELECT sequence FROM audit_head').pluck().get() as number;
    let part = 0;
    for await (const text of linesUntil(audit, head)) add.run(auditFile, part++, Buffer.from(text));
    return [...files, auditFile];
  } finally {
    copy.close();
  }
}

/** The log may have grown since the store was copied: what it has not, the copy leaves out. */
async function* linesUntil(file: string, head: number): AsyncGenerator<string> {
  let text = '';
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (sequenceOf(line) > head) break;
    text += `${line}\n`;
    if (text.length < piece) continue;
    yield text;
    text = '';
  }
  yield text;
}

function sequenceOf(line: string): number {
  try {
    return Number(JSON.parse(line).sequence ?? 0);
  } catch {
    return 0;
  }
}

/**
 * Puts a backup back. The daemon must not run. What is in the data folder is kept beside it.
 * @param replace whether there may be a data folder already
 * @throws HFIT_BACKUP_FAILED, HFIT_BACKUP_ELSEWHERE, HFIT_DAEMON_RUNNING, HFIT_STORE_UNUSABLE
 */
export async function restore(
  configuration: Configuration,
  source: string,
  { replace = false }: { replace?: boolean },
): Promise<Result> {
  const { dataDir, socket, store } = configuration;
  if (store !== undefined) throw new HfitError('HFIT_BACKUP_ELSEWHERE', {});
  await refuseLiveSocket(socket);
  const isUsed = existsSync(dataDir) && readdirSync(dataDir).length > 0;
  if (isUsed && !replace) {
    throw failed('there is a data folder already: with --replace it is kept beside', dataDir);
  }
  if (!existsSync(source)) throw failed('there is no such file', source);
  const draft = `${dataDir}.${randomUUID()}`;
  try {
    mkdirSync(dirname(dataDir), { recursive: true, mode: 0o700 });
    mkdirSync(draft, { mode: 0o700 });
    unpack(source, draft);
    // Brings its schema up to date, and refuses that of a newer version.
    await (await openStore(draft)).destroy();
    const before = isUsed ? keptAside(dataDir) : null;
    if (!isUsed) rmSync(dataDir, { recursive: true, force: true });
    renameSync(draft, dataDir);
    const aside = before === null ? '' : `; what was there is in ${before} now`;
    return { text: `restored to ${dataDir}${aside}`, document: { dataDir, before } };
  } catch (error) {
    throw error instanceof HfitError ? error : failed((error as Error).message, source, error);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function keptAside(dataDir: string): string {
  const before = `${dataDir}.before-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  renameSync(dataDir, before);
  return before;
}

function unpack(source: string, folder: string): void {
  const file = join(folder, storeFile);
  copyFileSync(source, file);
  chmodSync(file, 0o600);
  const store = new Sqlite(file);
  try {
    if (store.pragma('integrity_check', { simple: true }) !== 'ok') {
      throw failed('the file was damaged', source);
    }
    const rows = store.prepare('SELECT name, bytes FROM backup_files ORDER BY name, part');
    for (const { name, bytes } of rows.iterate() as Iterable<{ name: string; bytes: Buffer }>) {
      if (![...smallFiles, auditFile].includes(name)) throw failed('it holds other files', source);
      append(join(folder, name), bytes);
    }
    store.exec('DROP TABLE backup_files');
  } finally {
    store.close();
  }
}

function append(file: string, bytes: Buffer): void {
  if (!existsSync(file)) writeFileSync(file, '', { mode: 0o600 });
  const handle = openSync(file, 'a');
  try {
    writeSync(handle, bytes);
  } finally {
    closeSync(handle);
  }
}

function failed(reason: string, where: string, cause?: unknown): HfitError {
  return new HfitError('HFIT_BACKUP_FAILED', { reason }, { where, cause });
}
