import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HfitError } from '@hot-fixture/errors';
import type { AnyFactory } from '@hot-fixture/factory';
import type { Context } from './command.js';

/** What a module exports that is a factory, alone or in a list. */
export async function factoriesOf({ help }: Context, file: string): Promise<AnyFactory[]> {
  let exported: object;
  try {
    exported = await import(pathToFileURL(resolve(file)).href);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new HfitError(
      'HFIT_OPTION_VALUE',
      { option: 'FILE', value: file, reason, help },
      { cause },
    );
  }
  const isFactory = (it: unknown): it is AnyFactory =>
    typeof it === 'object' && it !== null && 'definition' in it && 'attributesFor' in it;
  return Object.values(exported).flat().filter(isFactory);
}
