import { generateKeyPairSync, sign } from 'node:crypto';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Audit, type AuditParts } from '../src/audit/audit.js';
import type { Attempt } from '../src/audit/event.js';
import type { Voucher } from '../src/audit/records.js';
import { makeLogger } from '../src/log.js';
import { openStore } from '../src/store/open.js';
import type { Store } from '../src/store/tables.js';
import { testFolder } from './folder.js';

export const attempt: Attempt = {
  request: 'r1',
  who: 'eve@example.com\n{"forged":true}',
  action: 'add-user',
  target: 'ann@example.com',
};

export interface TestAudit {
  readonly store: Store;
  readonly folder: string;
  readonly audit: Audit;
  readonly voucher: Voucher;
  readonly parts: AuditParts;
  close(): Promise<void>;
}

/** An audit log in a folder. */
export async function makeAudit(
  folder: string,
  more: Partial<AuditParts> = {},
): Promise<TestAudit> {
  const store = more.store ?? (await openStore(folder));
  const voucher = more.voucher ?? newVoucher('one');
  const file = join(folder, 'audit.log');
  const parts = { file, log: makeLogger('silent'), ...more, store, voucher };
  const audit = await Audit.open(parts);
  const close = async () => {
    await audit.close().catch(() => {});
    if (!more.store) await store.destroy();
  };
  return { store, folder, voucher, parts, audit, close };
}

/** One that goes with the test. */
export async function testAudit(more: Partial<AuditParts> = {}): Promise<TestAudit> {
  const made = await makeAudit(testFolder(), more);
  onTestFinished(made.close);
  return made;
}

export function newVoucher(daemon: string): Voucher {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    daemon,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
  };
}
