/** Where a process can be told to die, so that tests see what a death there leaves. */
export type Step = 'claimed' | 'opened' | 'built' | 'stored' | 'published';

/** Ends this process at once, as `kill -9` does, where HFITD_FAILPOINT names the step. */
export function failpoint(step: Step): void {
  if (process.env.HFITD_FAILPOINT === step) process.kill(process.pid, 'SIGKILL');
}
