import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from '../../../test/services/child.js';

/** What the child does, over and over, until it is killed. */
export type Job = 'rewind' | 'apply' | 'load';

/** How many kills a suite makes: HFIT_TEST_KILLS=100 is for a night. */
export const kills = Number(process.env.HFIT_TEST_KILLS ?? 3);

/**
 * Runs a job in a process of its own, and kills that without a warning.
 * @param changes the file of the change set that the job is about
 * @param delay from its first word to the kill, in milliseconds
 */
export async function killed(job: Job, url: string, changes: string, delay: number): Promise<void> {
  const file = new URL('./kill-child.ts', import.meta.url);
  const child = startChild(file, [job, url, changes], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr!.on('data', (data) => {
    complaints += data;
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  await Promise.race([new Promise((resolve) => child.stdout!.once('data', resolve)), ended]);
  await sleep(delay);
  child.kill('SIGKILL');
  const code = await ended;
  if (code !== null) throw new Error(`the child ended by itself (${code}): ${complaints}`);
}
