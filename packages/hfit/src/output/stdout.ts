import { fstatSync } from 'node:fs';
import { HfitError } from '@hot-fixture/errors';

/** What standard output is: something that is read by people, by a program, or by nobody. */
export type OutputKind = 'terminal' | 'reader' | 'nobody';

export function outputKind(): OutputKind {
  if (process.stdout.isTTY) return 'terminal';
  try {
    const stat = fstatSync(1);
    return stat.isFIFO() || stat.isFile() || stat.isSocket() ? 'reader' : 'nobody';
  } catch {
    return 'nobody';
  }
}

/** Writes to standard output, and waits until it is taken. */
export async function print(data: string | Uint8Array): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(data, (error) => (error ? reject(refused(error)) : resolve()));
  });
}

function refused(error: NodeJS.ErrnoException): Error {
  if (error.code === 'EPIPE') return error;
  return new HfitError('HFIT_OUT_STREAM', { reason: error.message }, { cause: error });
}

/** Standard error is for people: where nobody reads it, that stops nothing. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
