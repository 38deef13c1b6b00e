import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HfitError } from '@hot-fixture/errors';
import { inFolder } from './file.js';

interface Owner {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** When the process began, where the system tells: a number of a process is given out again. */
  readonly began: string | null;
}

/** An owner that lives says so this often, and is taken for dead when it was silent for so long. */
const beat = 1000;
const silence = 30_000;

/**
 * Holds a lock file while the work is done. The lock of a process that is dead is taken over.
 * @param patience in milliseconds
 * @throws HFIT_DUMP_LOCKED, HFIT_DUMP_FOLDER
 */
export async function withLock<T>(
  file: string,
  dump: string,
  patience: number,
  work: () => Promise<T>,
): Promise<T> {
  const path = `${file}.lock`;
  const owner = { token: randomUUID(), pid: process.pid, host: hostname(), began: await began() };
  await inFolder(path, dump, () => mkdir(dirname(path), { recursive: true }));
  const until = Date.now() + patience;
  while (!(await inFolder(path, dump, () => take(path, owner)))) {
    const other = await ownerOf(path);
    if (other && (await isDead(path, other))) {
      await takeAway(path, other);
      continue;
    }
    if (other && Date.now() > until) {
      const values = {
        dump,
        seconds: patience / 1000,
        owner: `process ${other.pid} on ${other.host}`,
      };
      throw new HfitError('HFIT_DUMP_LOCKED', values, { where: path });
    }
    await sleep(25);
  }
  const alive = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, beat);
  alive.unref();
  try {
    return await work();
  } finally {
    clearInterval(alive);
    // Somebody may have taken it over from us, for dead.
    if ((await ownerOf(path))?.token === owner.token) await rm(path, { force: true });
  }
}

/** A link appears with all that is in it, and only where there is none. */
async function take(path: string, owner: Owner): Promise<boolean> {
  const own = `${path}.${owner.token}`;
  await writeFile(own, JSON.stringify(owner));
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

async function ownerOf(path: string): Promise<Owner | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return { token: '', pid: 0, host: '', began: null };
  }
}

async function isDead(path: string, { pid, host, began: then }: Owner): Promise<boolean> {
  if (host === hostname() && pid > 0) {
    if (!isRunning(pid)) return true;
    const now = await began(pid);
    if (then !== null && now !== null && now !== then) return true;
  }
  const about = await stat(path).catch(() => null);
  return about !== null && Date.now() - about.mtimeMs > silence;
}

/** Only one of those who wait moves it away; who has moved a new one puts it back. */
async function takeAway(path: string, dead: Owner): Promise<void> {
  const away = `${path}.${randomUUID()}`;
  try {
    await rename(path, away);
  } catch {
    return;
  }
  if ((await ownerOf(away))?.token !== dead.token) await link(away, path).catch(() => {});
  await rm(away, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

/** The 22nd field of Linux' stat, counted behind the name in parentheses; null elsewhere. */
async function began(pid: number = process.pid): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
