import { readFileSync, statSync } from 'node:fs';
import type { Server, ServerOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import { HfitError } from '@hot-fixture/errors';
import type { Logger } from 'pino';
import type { TlsSettings } from '../config/settings.js';

/** How often the files are looked at for a new certificate, in milliseconds. */
const rhythm = 60_000;

/**
 * What the server speaks TLS with. A client certificate is asked for where its CA is named.
 * @throws HFIT_TLS_UNUSABLE
 */
export function readTls({ cert, key, clientCa }: TlsSettings): ServerOptions {
  const options: ServerOptions = {
    cert: read(cert),
    key: read(key),
    minVersion: 'TLSv1.2',
    ...(clientCa && { ca: read(clientCa), requestCert: true, rejectUnauthorized: true }),
  };
  try {
    createSecureContext(options);
  } catch (cause) {
    throw unusable((cause as NodeJS.ErrnoException).code ?? 'unknown', cert, cause);
  }
  return options;
}

/**
 * Takes a new certificate when its files change, without a new start; connections that stand keep
 * theirs. Files that cannot be used leave the old certificate in place.
 * @returns `prepare` reads them at once, and gives what takes them; `stop` looks no more
 */
export function renewTls(
  server: Server,
  settings: TlsSettings,
  log: Logger,
): { prepare: () => () => void; stop: () => void } {
  let seen = stampOf(settings);
  const prepare = () => {
    const stamp = stampOf(settings);
    const options = readTls(settings);
    return () => {
      seen = stamp;
      server.setSecureContext(options);
      log.info('the TLS certificate was read again');
    };
  };
  const renew = () => {
    try {
      prepare()();
    } catch (error) {
      seen = stampOf(settings);
      const reason = error instanceof HfitError ? error.what : 'unknown';
      log.error({ reason }, 'the new TLS certificate cannot be used, the old one stays');
    }
  };
  const timer = setInterval(() => {
    if (stampOf(settings) !== seen) renew();
  }, rhythm);
  timer.unref();
  return { prepare, stop: () => clearInterval(timer) };
}

function stampOf(settings: TlsSettings): string {
  return Object.values(settings)
    .map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    .join();
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw unusable((cause as NodeJS.ErrnoException).code ?? 'unknown', file, cause);
  }
}

function unusable(reason: string, where: string, cause: unknown): HfitError {
  return new HfitError('HFIT_TLS_UNUSABLE', { reason }, { where, cause });
}
