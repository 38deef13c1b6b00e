import { join, resolve } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import { isBucket } from '../storage/open.js';
import { accessAt } from './access.js';
import { parseAddress } from './address.js';
import { defaultJobs } from './jobs.js';
import { defaultLimits } from './operation.js';
import {
  type AuditSettings,
  type Configuration,
  namePattern,
  type Settings,
  type TlsSettings,
} from './settings.js';

/**
 * Fills in the defaults and checks what does not depend on where it was written.
 * @param folder what relative paths start from
 * @throws HFIT_CONFIG_INVALID
 */
export function complete(settings: Settings, folder = process.cwd()): Configuration {
  const dataDir = resolve(folder, settings.dataDir ?? 'hfitd-data');
  const { sources = {}, volumes = {} } = settings;
  checkNames('source', Object.keys(sources));
  checkNames('volume', Object.keys(volumes));
  const listen = settings.listen ?? '127.0.0.1:8743';
  parseAddress(listen);
  return {
    ...settings,
    listen,
    dataDir,
    socket: resolve(folder, settings.socket ?? join(dataDir, 'admin.sock')),
    ...(settings.policy !== undefined && {
      policy:
        typeof settings.policy === 'string'
          ? resolve(folder, settings.policy)
          : settings.policy.map((file) => resolve(folder, file)),
    }),
    ...(settings.maskingKeyFile !== undefined && {
      maskingKeyFile: resolve(folder, settings.maskingKeyFile),
    }),
    sources,
    volumes: Object.fromEntries(
      Object.entries(volumes).map(([name, { path }]) => [name, { path: resolve(folder, path) }]),
    ),
    packagesAtOnce: settings.packagesAtOnce ?? 4,
    logLevel: settings.logLevel ?? 'info',
    jobs: { ...defaultJobs, ...settings.jobs },
    storage: storageAt(settings.storage ?? join(dataDir, 'packages'), folder),
    ...(settings.signingKeyFile !== undefined && {
      signingKeyFile: resolve(folder, settings.signingKeyFile),
    }),
    ...accessAt(settings, folder),
    limits: { ...defaultLimits, ...settings.limits },
    ...(settings.audit && { audit: auditAt(settings.audit, folder) }),
    ...(settings.tls && { tls: tlsAt(settings.tls, folder) }),
  };
}

function storageAt(where: string, folder: string): string {
  return isBucket(where) ? where : resolve(folder, where);
}

function auditAt({ syslog, ...files }: AuditSettings, folder: string): AuditSettings {
  const resolved = Object.entries(files).map(([name, file]) => [name, resolve(folder, file)]);
  return { ...(syslog !== undefined && { syslog }), ...Object.fromEntries(resolved) };
}

function tlsAt({ cert, key, clientCa }: TlsSettings, folder: string): TlsSettings {
  return {
    cert: resolve(folder, cert),
    key: resolve(folder, key),
    ...(clientCa !== undefined && { clientCa: resolve(folder, clientCa) }),
  };
}

/** Names are found in any case, so two that differ in case alone would be one. */
function checkNames(thing: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    const wrong = !namePattern.test(name)
      ? 'is no name: use letters, digits, dots, hyphens and underscores'
      : seen.has(name.toLowerCase())
        ? 'is there twice: names that differ in case alone are the same'
        : null;
    if (wrong)
      throw new HfitError('HFIT_CONFIG_INVALID', { reason: `${thing} "${name}" ${wrong}` });
    seen.add(name.toLowerCase());
  }
}
