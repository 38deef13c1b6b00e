import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import {
  type MaskingKey,
  newMaskingKey,
  Policy,
  parseMaskingKey,
  parsePolicy,
} from '@hot-fixture/masking';
import type { Logger } from 'pino';
import { Audit } from './audit/audit.js';
import { Tokens } from './auth/tokens.js';
import { Downloads } from './build/downloads.js';
import { Line } from './build/line.js';
import { privateFolder } from './config/private-folder.js';
import { readOrMake } from './config/secret-file.js';
import type { Configuration } from './config/settings.js';
import type { Service } from './http/service.js';
import { Sources } from './sources.js';
import { openStore } from './store/open.js';

/**
 * Opens all that the routes work with.
 * @returns the service, and what puts it away again
 */
export async function openService(
  configuration: Configuration,
  audience: () => string,
  log: Logger,
): Promise<{ service: Service; close: () => Promise<void> }> {
  const { dataDir } = configuration;
  const policy = readPolicy(configuration.policy);
  privateFolder(dataDir, 'own data of the daemon');
  const maskingKey = readMaskingKey(configuration);
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closeOne of closers.splice(0).reverse()) await closeOne();
  };
  try {
    const store = await openStore(dataDir);
    closers.push(() => store.destroy());
    const audit = await Audit.open(dataDir, store, log);
    closers.push(() => audit.close());
    const sources = await Sources.open(configuration.sources);
    closers.push(() => sources.close());
    const tokens = new Tokens(store, audience);
    await tokens.prepare();
    const volumes = Object.fromEntries(
      Object.entries(configuration.volumes).map(([name, { path }]) => [name, path]),
    );
    const downloads = new Downloads({
      sources: { databases: sources.all, volumes },
      policy,
      maskingKey,
      audit,
      line: new Line(configuration.packagesAtOnce),
    });
    return { service: { store, audit, tokens, sources, policy, downloads, log, audience }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function readPolicy(files: Configuration['policy'] = []): Policy {
  // An empty policy classifies nothing, so it denies everything.
  if (files.length === 0) return parsePolicy('policyVersion: 1\ndatabases: {}\n', 'the policy');
  const policies = [files].flat().map((file) => {
    const text = readText(file, 'policy');
    // Its errors are for the owner, who gets the path; what users are told names the file alone.
    parsePolicy(text, file);
    return parsePolicy(text, basename(file));
  });
  return Policy.together(policies);
}

/** From the file that was named; else from the data folder, where the first start makes it. */
function readMaskingKey({ maskingKeyFile, dataDir }: Configuration): MaskingKey {
  if (maskingKeyFile !== undefined) return parseMaskingKey(readText(maskingKeyFile, 'masking key'));
  return parseMaskingKey(readOrMake(join(dataDir, 'masking.key'), newMaskingKey));
}

function readText(file: string, thing: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new HfitError('HFIT_FILE_UNREADABLE', { thing, reason }, { where: file, cause });
  }
}
