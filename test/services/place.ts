import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';

const memory = '/dev/shm';
const gigabyte = 2 ** 30;

/**
 * Where servers keep their files: in memory where there is plenty of it, because each table is a
 * few files, and a file system of a disk takes three times as long to make them. TMPDIR overrules.
 */
export function placeOfServers(): string {
  if (process.env.TMPDIR || !existsSync(memory) || freemem() < 8 * gigabyte) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 4 * gigabyte && mayHoldPrograms() ? memory : tmpdir();
}

/** PostgreSQL's may be copied there. */
function mayHoldPrograms(): boolean {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const mount = mounts.map((line) => line.split(' ')).find(([, where]) => where === memory);
  return mount?.[2] === 'tmpfs' && !mount[3]?.split(',').includes('noexec');
}
