import { open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { HfitError } from '@hot-fixture/errors';

/** Longer than any store takes, in milliseconds: who held it was killed. */
const oldest = 10 * 60_000;

/**
 * Reserves a name for one writer, until the function that it gives is called.
 * @throws HFIT_FIXPOINT_BUSY where another one has it
 */
export async function lock(name: string, file: string): Promise<() => Promise<void>> {
  for (let tries = 0; ; tries += 1) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(`${process.pid} ${hostname()} ${Date.now()}\n`);
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null && (tries > 2 || !isLeft(text))) {
      const [pid, host] = text.split(' ');
      throw new HfitError('HFIT_FIXPOINT_BUSY', {
        name,
        holder: `process ${pid} on ${host}`,
        file,
      });
    }
    if (text !== null) await removeLeft(file, text);
  }
}

/** Whether the process that wrote it is gone. One that is still empty is being written. */
function isLeft(text: string): boolean {
  const [pid = '', host, at] = text.split(' ');
  if (text === '') return false;
  if (Date.now() - Number(at) > oldest) return true;
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Takes it away under a name of our own first: another one may do the same, and have made anew. */
async function removeLeft(file: string, text: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
    const taken = await readFile(aside, 'utf8');
    if (taken === text) await rm(aside, { force: true });
    else await rename(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
