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

/**
 * Asks a person for a text; what they leave empty is not given.
 * @throws HFIT_INTERRUPTED where they stop there
 */
export async function typed(
  context: Context,
  message: string,
  placeholder: string,
): Promise<string | undefined> {
  const { isCancel, text } = await import('@clack/prompts');
  const { signal } = context;
  const answer = await text({ message, placeholder, output: process.stderr, signal });
  if (isCancel(answer)) {
    throw new HfitError('HFIT_INTERRUPTED', { signal: 'SIGINT' }, { cause: 'SIGINT' });
  }
  return answer?.trim() || undefined;
}
