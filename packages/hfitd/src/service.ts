import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import { newSigningKey, parseSigningKey, publicKeyOf } from '@hot-fixture/extract';
import {
  type MaskingKey,
  newMaskingKey,
  Policy,
  parseMaskingKey,
  parsePolicy,
} from '@hot-fixture/masking';
import type { Logger } from 'pino';
import { Access } from './access/access.js';
import { Audit } from './audit/audit.js';
import { Revocations } from './auth/revocations.js';
import { Sessions } from './auth/sessions.js';
import { Tokens } from './auth/tokens.js';
import { Downloads } from './build/downloads.js';
import { Line } from './build/line.js';
import { privateFolder } from './config/private-folder.js';
import { readOrMake } from './config/secret-file.js';
import type { Configuration } from './config/settings.js';
import { Limits } from './http/limits.js';
import type { Service } from './http/service.js';
import { readingOf } from './rows/reading.js';
import { Sources } from './sources.js';
import { openStore } from './store/open.js';
import { openRedis } from './store/redis.js';

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
  const policies = readPolicies(configuration.policy);
  const policy = policyOf(policies);
  privateFolder(dataDir, 'own data of the daemon');
  const maskingKey = readMaskingKey(configuration);
  const signingKey = parseSigningKey(readOrMake(join(dataDir, 'signing.key'), newSigningKey));
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closeOne of closers.splice(0).reverse()) await closeOne();
  };
  try {
    const store = await openStore(dataDir, configuration.store);
    closers.push(() => store.destroy());
    const redis = configuration.redis ? await openRedis(configuration.redis, log) : undefined;
    closers.push(async () => redis?.disconnect());
    const audit = await Audit.open(dataDir, store, log);
    closers.push(() => audit.close());
    const sources = await Sources.open(configuration.sources);
    closers.push(() => sources.close());
    const tokens = new Tokens(store, audience);
    await tokens.prepare();
    const sessions = new Sessions(store, tokens);
    const access = new Access(store, configuration);
    const revocations = new Revocations(store, access, redis, log);
    await revocations.start();
    closers.push(() => revocations.stop());
    const volumes = Object.fromEntries(
      Object.entries(configuration.volumes).map(([name, { path }]) => [name, path]),
    );
    const downloads = new Downloads({
      sources: { databases: sources.all, volumes },
      policy,
      maskingKey,
      provenance: { signingKey, policies },
      audit,
      line: new Line(configuration.packagesAtOnce),
    });
    const signer = publicKeyOf(signingKey);
    const reading = readingOf(maskingKey, volumes, audit);
    closers.push(() => reading.streams.ended());
    const limits = new Limits(configuration.limits, redis);
    return {
      service: {
        store,
        redis,
        audit,
        tokens,
        sessions,
        access,
        revocations,
        sources,
        policy,
        signer,
        reading,
        downloads,
        limits,
        log,
        audience,
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The texts of the policy files, by their names: users are told no paths. */
function readPolicies(files: Configuration['policy'] = []): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const file of [files].flat()) {
    const text = readText(file, 'policy');
    // Its errors are for the owner, who gets the path.
    parsePolicy(text, file);
    let name = basename(file);
    while (Object.hasOwn(texts, name)) name = `${name}+`;
    texts[name] = text;
  }
  return texts;
}

function policyOf(texts: Readonly<Record<string, string>>): Policy {
  const policies = Object.entries(texts).map(([name, text]) => parsePolicy(text, name));
  // An empty policy classifies nothing, so it denies everything.
  if (policies.length === 0) return parsePolicy('policyVersion: 1\ndatabases: {}\n', 'the policy');
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
