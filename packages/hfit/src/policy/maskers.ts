import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HfitError } from '@hot-fixture/errors';
import type { Masker } from '@hot-fixture/masking';
import type { Context } from '../command.js';

/** The option of the commands that read a policy. */
export const maskersOption = {
  value: 'FILE',
  many: true,
  text: 'A module of yours that exports maskers, which the policy may name. It is run, with all that you may do.',
} as const;

/**
 * Runs modules, and lets policies name the maskers that they export or register. To be called before
 * a policy is parsed.
 * @returns takes back those that they export
 * @throws HFIT_OPTION_VALUE where one cannot be run or has no masker, HFIT_MASKER_NAME
 */
export async function bringMaskers(
  { help }: Context,
  files: readonly string[],
): Promise<() => void> {
  const taken: (() => void)[] = [];
  const takeBack = () => {
    for (const back of taken) back();
  };
  if (files.length === 0) return takeBack;
  const { maskers, registerMasker } = await import('@hot-fixture/masking');
  for (const file of files) {
    const refuse = (reason: string, options?: { cause: unknown }) =>
      new HfitError(
        'HFIT_OPTION_VALUE',
        { option: '--maskers', value: file, reason, help },
        options,
      );
    const before = maskers().length;
    let exported: object;
    try {
      exported = await import(pathToFileURL(resolve(file)).href);
    } catch (cause) {
      throw refuse((cause as Error).message, { cause });
    }
    const brought = Object.values(exported).flat().filter(isMasker);
    // A module that has another copy of the library registers its maskers there, where none is found.
    if (brought.length === 0 && maskers().length === before) {
      throw refuse('it exports no masker, as defineMasker makes it');
    }
    for (const masker of new Set(brought))
      if (!maskers().includes(masker)) taken.push(registerMasker(masker));
  }
  return takeBack;
}

function isMasker(it: unknown): it is Masker {
  if (typeof it !== 'object' || it === null) return false;
  return ['name', 'kinds', 'keeps', 'options', 'bind'].every((part) => part in it);
}
