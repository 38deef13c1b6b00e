import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { ServerLock } from './server.js';

interface Owner {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  /** When the process began, where the system tells: the number of a process is given out again. */
  readonly began: string | null;
}

/**
 * Takes a lock that is a file, and says whose it is. One whose process is dead is taken over; one
 * of another machine is never. Null where somebody else holds it.
 */
export async function lockFile(path: string): Promise<ServerLock | null> {
  const owner: Owner = {
    token: randomUUID(),
    pid: process.pid,
    host: hostname(),
    began: await began(process.pid),
  };
  await mkdir(dirname(path), { recursive: true });
  while (!(await take(path, owner))) {
    const other = await ownerOf(path);
    // It went away between the two looks.
    if (other === null) continue;
    if (!(await isDead(other))) return null;
    await takeAway(path, other);
  }
  return {
    async release() {
      if ((await ownerOf(path))?.token === owner.token) await rm(path, { force: true });
    },
  };
}

/** Whether a living process holds the lock. */
export async function isLocked(path: string): Promise<boolean> {
  const owner = await ownerOf(path);
  return owner !== null && !(await isDead(owner));
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
  return text === null ? null : (JSON.parse(text) as Owner);
}

async function isDead({ pid, host, began: then }: Owner): Promise<boolean> {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EPERM') return true;
  }
  const now = await began(pid);
  return then !== null && now !== null && now !== then;
}

/** Only one of those who see it moves it away; who has moved a new one puts it back. */
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

/** When a process began, as a text that no later one of its number has; null where nobody tells. */
async function began(pid: number): Promise<string | null> {
  // The 22nd field of Linux' stat, counted behind the name in parentheses.
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text !== null) return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  if (process.platform === 'win32') return null;
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'lstart=', '-p', String(pid)], (error, out) =>
      resolve(error || out.trim() === '' ? null : out.trim()),
    );
  });
}
