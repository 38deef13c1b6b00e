import { randomUUID, sign } from 'node:crypto';
import { join } from 'node:path';
import { type parseSigningKey, publicKeyOf } from '@hot-fixture/extract';
import type { Logger } from 'pino';
import { readOrMake } from '../config/secret-file.js';
import type { Configuration } from '../config/settings.js';
import type { Store } from '../store/tables.js';
import { Audit, type Watcher } from './audit.js';
import type { Voucher } from './records.js';
import { openSyslog } from './syslog.js';

type Places = Pick<Configuration, 'dataDir' | 'audit'>;

/**
 * Opens the audit log of this daemon, where the configuration has it.
 * @throws HFIT_AUDIT_UNREADABLE
 */
export function openAudit(
  places: Places,
  store: Store,
  signingKey: ReturnType<typeof parseSigningKey>,
  policy: () => string,
  log: Logger,
  watcher?: Watcher,
): Promise<Audit> {
  const voucher: Voucher = {
    daemon: daemonId(places.dataDir),
    publicKey: publicKeyOf(signingKey),
    sign: (text) => sign(null, Buffer.from(text), signingKey).toString('base64'),
  };
  const { syslog, ...files } = places.audit ?? {};
  const parts = { file: auditFileOf(places), store, voucher, policy, log };
  return Audit.open({
    ...parts,
    ...(watcher && { watcher }),
    ...(syslog !== undefined && { syslog: openSyslog(syslog, files) }),
  });
}

export function auditFileOf({ dataDir, audit }: Places): string {
  return audit?.file ?? join(dataDir, 'audit.log');
}

/** What tells the records of this daemon from those of others, made at its first start. */
export function daemonId(dataDir: string): string {
  return readOrMake(join(dataDir, 'daemon.id'), () => `${randomUUID()}\n`).trim();
}
