import { parseSigningKey, publicKeyOf } from '@hot-fixture/extract';
import type { Logger } from 'pino';
import { Access } from './access/access.js';
import { Declaration } from './access/declaration.js';
import { daemonId, openAudit } from './audit/open.js';
import { Issuers } from './auth/issuers.js';
import { Revocations } from './auth/revocations.js';
import { Sessions } from './auth/sessions.js';
import { Tokens } from './auth/tokens.js';
import { Builder } from './build/builder.js';
import { Downloads } from './build/downloads.js';
import { Line } from './build/line.js';
import { readRules } from './build/rules.js';
import { readMaskingKey, readSigningKey } from './config/keys.js';
import { privateFolder } from './config/private-folder.js';
import type { Configuration } from './config/settings.js';
import { Limits } from './http/limits.js';
import type { Service } from './http/service.js';
import { Background } from './jobs/background.js';
import { Metrics } from './metrics.js';
import { Reload } from './reload.js';
import { readingOf } from './rows/reading.js';
import { Sources } from './sources.js';
import { openStorage } from './storage/open.js';
import { tracedStorage } from './storage/traced.js';
import { agreeOnKeys } from './store/agreed-keys.js';
import { openStore } from './store/open.js';
import { openRedis } from './store/redis.js';
import { openTracing } from './tracing/tracing.js';

/**
 * Opens all that the routes work with.
 * @returns the service, what takes another configuration, and what puts all away again
 */
export async function openService(
  configuration: Configuration,
  audience: () => string,
  log: Logger,
): Promise<{ service: Service; reload: Reload; close: () => Promise<void> }> {
  const { dataDir } = configuration;
  let rules = readRules(configuration);
  privateFolder(dataDir, 'own data of the daemon');
  const maskingKey = readMaskingKey(configuration);
  const signingKey = parseSigningKey(readSigningKey(configuration));
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closeOne of closers.splice(0).reverse()) await closeOne();
  };
  const metrics = new Metrics();
  const tracing = await openTracing(configuration.tracing, daemonId(dataDir), log);
  closers.push(() => tracing.close());
  try {
    const store = await openStore(dataDir, configuration.store);
    closers.push(() => store.destroy());
    if (configuration.store !== undefined) await agreeOnKeys(store, maskingKey, signingKey);
    const redis = configuration.redis ? await openRedis(configuration.redis, log) : undefined;
    closers.push(async () => redis?.disconnect());
    const audit = await openAudit(
      configuration,
      store,
      signingKey,
      () => rules.digest,
      log,
      metrics,
    );
    closers.push(() => audit.close());
    const sources = await Sources.open(
      configuration.sources,
      // Packages wait in their own line, and not in that of a source.
      Math.max(4, configuration.packagesAtOnce),
      tracing,
    );
    closers.push(() => sources.close());
    await checkSources(sources, log);
    const tokens = new Tokens(store, audience);
    await tokens.prepare();
    const sessions = new Sessions(store, tokens);
    const issuers = new Issuers(configuration.issuers ?? [], audience, log);
    const access = new Access(store, configuration);
    const revocations = new Revocations(store, access, redis, log);
    await revocations.start();
    const { accessFile } = configuration;
    const declaration = accessFile && new Declaration(accessFile, audit, revocations);
    if (declaration) await declaration.load();
    closers.push(() => revocations.stop());
    const volumes = Object.fromEntries(
      Object.entries(configuration.volumes).map(([name, { path }]) => [name, path]),
    );
    const builderNow = () =>
      new Builder({
        sources: { databases: sources.all, limits: sources.limits, volumes },
        places: sources.places,
        ...{ rules, maskingKey, signingKey },
      });
    let builder = builderNow();
    const storage = tracedStorage(await openStorage(configuration.storage), tracing);
    closers.push(async () => storage.close());
    const keep = configuration.jobs.keep * 1000;
    const background = await Background.open(
      {
        get builder() {
          return builder;
        },
        ...{ store, audit, storage, access, keep, tracing },
      },
      configuration.jobs,
      redis,
      log,
    );
    const downloads = new Downloads({
      get builder() {
        return builder;
      },
      audit,
      line: new Line(configuration.packagesAtOnce),
      tracing,
    });
    const signer = publicKeyOf(signingKey);
    const reading = readingOf(maskingKey, volumes, audit, configuration.readerTimeout);
    closers.push(() => reading.streams.ended());
    const limits = new Limits(configuration.limits, redis);
    const reload = new Reload(configuration, {
      ...{ sources, limits, audit, declaration: declaration || undefined, log },
      rules: () => rules,
      setRules: (other) => {
        rules = other;
        builder = builderNow();
      },
    });
    metrics.measure({ store, sources, downloads });
    return {
      service: {
        store,
        redis,
        audit,
        tokens,
        sessions,
        issuers,
        access,
        ...(declaration && { declaration }),
        revocations,
        sources,
        get rules() {
          return rules;
        },
        signer,
        reading,
        get builder() {
          return builder;
        },
        downloads,
        background,
        storage,
        limits,
        metrics,
        tracing,
        log,
        audience,
      },
      reload,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * A source that is down is no reason not to start: it may come back. An account that writes is one.
 * @throws HFIT_ACCOUNT_WRITES
 */
async function checkSources(sources: Sources, log: Logger): Promise<void> {
  for (const [source, problem] of Object.entries(await sources.check())) {
    if (problem?.code === 'HFIT_ACCOUNT_WRITES') throw problem;
    if (problem) log.warn({ source, code: problem.code }, 'a source does not answer');
  }
}
