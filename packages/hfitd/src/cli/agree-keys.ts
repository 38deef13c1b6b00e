import { HfitError } from '@hot-fixture/errors';
import { parseSigningKey } from '@hot-fixture/extract';
import { readMaskingKey, readSigningKey } from '../config/keys.js';
import { privateFolder } from '../config/private-folder.js';
import type { Configuration } from '../config/settings.js';
import { replaceAgreedKeys } from '../store/agreed-keys.js';
import { openStore } from '../store/open.js';
import type { Result } from './commands.js';

/**
 * Makes the keys of this configuration those of all who share its store, after they were renewed.
 * @throws HFIT_CONFIG_INVALID where nobody shares one, and what opening store and keys throws
 */
export async function agreeKeys(configuration: Configuration): Promise<Result> {
  if (configuration.store === undefined) {
    const reason = 'there is no "store" that others share, so there is nobody to agree with';
    throw new HfitError('HFIT_CONFIG_INVALID', { reason });
  }
  privateFolder(configuration.dataDir, 'own data of the daemon');
  const maskingKey = readMaskingKey(configuration);
  const signingKey = parseSigningKey(readSigningKey(configuration));
  const store = await openStore(configuration.dataDir, configuration.store);
  try {
    await replaceAgreedKeys(store, maskingKey, signingKey);
  } finally {
    await store.destroy();
  }
  const text =
    'these are the keys of all who share the store now: start every daemon and worker again';
  return { text, document: {} };
}
