import { delimiter } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import { readAccessVariables } from './access.js';
import { parseAddress } from './address.js';
import { isAudience } from './file.js';
import { readJobVariables } from './jobs.js';
import { readOperationVariables } from './operation.js';
import { type Environment, readProviders, readVolumes, wrong } from './providers.js';
import { isRedis, isStore, type ServerUrl } from './server-url.js';
import { logLevels, type Settings } from './settings.js';

/**
 * The settings that stand in the environment, under the names that the first Hot Fixture Tool gave
 * them where it had them.
 * @throws HFIT_CONFIG_INVALID
 */
export function readEnvironment(env: Environment): Settings {
  const text = (variable: string) => env[variable] || undefined;
  const serverOf = (variable: string, { fits, advice }: ServerUrl) => {
    const url = text(variable);
    if (url !== undefined && !fits(url)) throw wrong(variable, advice);
    return url;
  };
  const listen = text('SERVER_ADDRESS');
  const audience = text('HFITD_AUDIENCE');
  const packages = text('HFITD_PACKAGES_AT_ONCE');
  const level = text('HFITD_LOG_LEVEL');
  if (listen) {
    try {
      parseAddress(listen);
    } catch (error) {
      throw error instanceof HfitError ? error.at('environment: SERVER_ADDRESS') : error;
    }
  }
  if (audience && !isAudience(audience)) {
    throw wrong('HFITD_AUDIENCE', 'must be a URL with http: or https:');
  }
  if (packages && !(/^\d+$/.test(packages) && Number(packages) >= 1 && Number(packages) <= 64)) {
    throw wrong('HFITD_PACKAGES_AT_ONCE', 'must be a whole number from 1 to 64');
  }
  const logLevel = logLevels.find((known) => known === level);
  if (level && !logLevel) {
    throw wrong('HFITD_LOG_LEVEL', `must be one of ${logLevels.join(', ')}`);
  }
  const store = serverOf('HFITD_STORE', isStore);
  const redis = serverOf('HFITD_REDIS', isRedis);
  const dataDir = text('HFITD_DATA_DIR');
  const socket = text('HFITD_SOCKET_PATH');
  const policy = text('HFITD_POLICY');
  const maskingKeyFile = text('HFITD_MASKING_KEY_FILE');
  return {
    ...(listen && { listen }),
    ...(audience && { audience }),
    ...(dataDir && { dataDir }),
    ...(socket && { socket }),
    // Several as PATH has its folders.
    ...(policy && { policy: policy.includes(delimiter) ? policy.split(delimiter) : policy }),
    ...(maskingKeyFile && { maskingKeyFile }),
    ...(packages && { packagesAtOnce: Number(packages) }),
    ...(logLevel && { logLevel }),
    ...(store && { store }),
    ...(redis && { redis }),
    ...readOperationVariables(env),
    ...readJobVariables(env),
    ...readAccessVariables(env),
    sources: readProviders(env),
    volumes: readVolumes(env),
  };
}
