import { createReadStream } from 'node:fs';
import { HfitError } from '@hot-fixture/errors';
import { loadOptions } from '../deliver/load-options.js';

/**
 * The bytes of a package: of a file, or of standard input for `-`.
 * @throws HFIT_FILE_UNREADABLE, while they are read
 */
export async function* packageBytes(path: string): AsyncGenerator<Uint8Array> {
  const source = path === '-' ? process.stdin : createReadStream(path);
  try {
    yield* source as AsyncIterable<Uint8Array>;
  } catch (cause) {
    const { syscall, message } = cause as NodeJS.ErrnoException;
    if (!syscall) throw cause;
    const values = { thing: 'package', reason: message };
    throw new HfitError('HFIT_FILE_UNREADABLE', values, { where: path, cause });
  }
}

/** The options that say whose packages are taken. */
export const trustOptions = {
  key: {
    value: 'FILE',
    many: true,
    text: 'A public key whose packages are taken, as "hfit public-key" prints it. Your own packages always are.',
  },
  'any-key': { text: 'Take a package whoever signed it, or nobody.' },
} as const;

/** The options of what loads a package. */
export const packageLoadOptions = {
  ...loadOptions,
  ...trustOptions,
  'dangerously-allow-any-database': {
    text: 'Load also into a database whose name does not say that it is for tests.',
  },
  progress: {
    text: 'Report on standard error how far it is, also where that is no terminal.',
  },
} as const;
