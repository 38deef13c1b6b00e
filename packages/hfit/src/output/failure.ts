import { constants } from 'node:os';
import { HfitError, kinds } from '@hot-fixture/errors';
import { colorsFor } from './colors.js';
import { printable } from './printable.js';

/** What a shell gives for a program that a signal ended. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

export interface Failure {
  readonly exitCode: number;
  /** What to write on standard error; empty where nothing is to be said. */
  readonly text: string;
}

/** How a command that threw ends. */
export function failureOf(
  thrown: unknown,
  json: boolean,
  env: NodeJS.ProcessEnv,
  stream: { isTTY?: boolean },
): Failure {
  // Whoever read our output has had enough of it, as `head` has.
  if (isBrokenPipe(thrown)) return { exitCode: signalExitCode('SIGPIPE'), text: '' };
  const error = thrown instanceof HfitError ? thrown : unexpected(thrown);
  const debug = env.HFIT_DEBUG === '1' ? `${stackOf(thrown)}\n` : '';
  const text = json ? `${JSON.stringify(error)}\n` : linesOf(error, colorsFor(stream, env));
  return { exitCode: exitCodeOf(error), text: text + debug };
}

function exitCodeOf(error: HfitError): number {
  if (error.code === 'HFIT_INTERRUPTED') return signalExitCode(error.cause as NodeJS.Signals);
  return kinds[error.kind].exitCode;
}

function isBrokenPipe(thrown: unknown): boolean {
  for (let at = thrown; at instanceof Error; at = at.cause) {
    if ('code' in at && at.code === 'EPIPE' && 'syscall' in at && at.syscall === 'write')
      return true;
  }
  return false;
}

function unexpected(thrown: unknown): HfitError {
  const reason = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new HfitError('HFIT_UNEXPECTED', { reason }, { cause: thrown });
}

function linesOf(error: HfitError, colors: ReturnType<typeof colorsFor>): string {
  const lines = [`${colors.red('error')} ${error.code}: ${printable(error.what)}`];
  if (error.where !== undefined) lines.push(`  where: ${printable(error.where)}`);
  lines.push(`  to do: ${printable(error.todo, true).replaceAll('\n', '\n         ')}`);
  return `${lines.join('\n')}\n`;
}

function stackOf(thrown: unknown): string {
  const stacks: string[] = [];
  for (let at = thrown; at instanceof Error; at = at.cause) stacks.push(at.stack ?? String(at));
  return stacks.join('\ncaused by ');
}
