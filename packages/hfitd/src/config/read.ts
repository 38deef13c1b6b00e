import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'dotenv';
import { complete } from './complete.js';
import { readEnvironment } from './environment.js';
import { readSettingsFile } from './file.js';
import type { Environment } from './providers.js';
import { withSecretFiles } from './secrets.js';
import type { Configuration } from './settings.js';

export interface ReadOptions {
  /** A YAML file; by default the one that HFITD_CONFIG names. */
  readonly file?: string;
  readonly env?: Environment;
  /** Where `.env` is looked for, and what relative paths start from. */
  readonly folder?: string;
}

/**
 * Reads the configuration: the environment, then `.env`, then the YAML file; what comes first wins.
 * Sources and volumes of all three are put together.
 * @throws HFIT_CONFIG_UNREADABLE, HFIT_CONFIG_INVALID
 */
export function readConfiguration(options: ReadOptions = {}): Configuration {
  const folder = options.folder ?? process.cwd();
  const env = withSecretFiles({
    ...dotenv(join(folder, '.env')),
    ...(options.env ?? process.env),
  });
  const file = options.file ?? (env.HFITD_CONFIG || undefined);
  const written = file === undefined ? {} : readSettingsFile(resolve(folder, file));
  const given = readEnvironment(env);
  return complete(
    {
      ...written,
      ...given,
      sources: { ...written.sources, ...given.sources },
      volumes: { ...written.volumes, ...given.volumes },
    },
    folder,
  );
}

function dotenv(path: string): Environment {
  try {
    return parse(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
