import { HfitError } from '@hot-fixture/errors';
import type { Context } from '../command.js';

/** Whether a person can be asked. */
export function canAsk({ json }: Context): boolean {
  return !json && process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Asks a person yes or no, on standard error.
 * @throws HFIT_INTERRUPTED where they stop there
 */
export async function confirmed(context: Context, message: string): Promise<boolean> {
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message, output: process.stderr, signal: context.signal });
  if (!isCancel(answer)) return answer;
  throw new HfitError('HFIT_INTERRUPTED', { signal: 'SIGINT' }, { cause: 'SIGINT' });
}
