import { hostname, userInfo } from 'node:os';
import type { Provenance } from '@hot-fixture/extract';
import type { Context } from '../command.js';
import { readText } from '../commands/template-file.js';
import { signingKey } from '../state/signing-key.js';

/** Who vouches for a package that is made here: this user, with a key of theirs. */
export async function provenance(
  context: Context,
  keyFile: string | undefined,
  policies: readonly string[],
): Promise<Provenance> {
  const texts = policies.map(async (path) => [path, await readText('policy', path)] as const);
  return {
    who: `${userName()}@${hostname()}`,
    signingKey: await signingKey(context, keyFile),
    policies: Object.fromEntries(await Promise.all(texts)),
  };
}

/** In some containers a user has a number and no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'somebody');
  }
}
