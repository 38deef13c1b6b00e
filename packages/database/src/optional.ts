import { HfitError } from '@hot-fixture/errors';

/**
 * Loads a driver package, which the user installs beside us.
 * @throws HFIT_DRIVER_MISSING with the package to install
 */
export async function optionalPackage<T>(driver: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const code = (cause as { code?: string }).code;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    throw new HfitError('HFIT_DRIVER_MISSING', { driver }, { cause });
  }
}
