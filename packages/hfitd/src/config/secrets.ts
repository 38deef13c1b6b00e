import { readFileSync } from 'node:fs';
import { HfitError } from '@hot-fixture/errors';
import type { Environment } from './providers.js';

/** Variables whose value may stand in a file that the same name with `_FILE` gives. */
const secret = /(^|[._])(DB_PASSWORD|HFITD_STORE|HFITD_REDIS)_FILE$/;

/**
 * Reads the secrets that stand in files, as container platforms bring them.
 * @returns the environment with `X` for each `X_FILE`
 * @throws HFIT_CONFIG_INVALID where both are set, HFIT_FILE_UNREADABLE
 */
export function withSecretFiles(env: Environment): Environment {
  const found: Record<string, string | undefined> = { ...env };
  for (const [name, file] of Object.entries(env)) {
    if (!file || !secret.test(name)) continue;
    const plain = name.slice(0, -'_FILE'.length);
    if (env[plain]) {
      const reason = `${plain} and ${name} are both set: keep one of them`;
      throw new HfitError('HFIT_CONFIG_INVALID', { reason }, { where: `environment: ${name}` });
    }
    found[plain] = readSecret(file);
    delete found[name];
  }
  return found;
}

/**
 * A secret from its file, without the line feed that editors put at the end.
 * @throws HFIT_FILE_UNREADABLE
 */
export function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new HfitError(
      'HFIT_FILE_UNREADABLE',
      { thing: 'secret', reason },
      { where: file, cause },
    );
  }
}
