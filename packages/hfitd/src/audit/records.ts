import type { Store } from '../store/tables.js';
import { beginning, type ChainedRecord, checkpointText, hashOf } from './chain.js';
import type { AuditRecord } from './event.js';

/** What vouches for the chain. */
export interface Voucher {
  readonly daemon: string;
  readonly publicKey: string;
  sign(text: string): string;
}

/**
 * Takes the next place in the chain. It is held until the transaction ends, so that the records of
 * several daemons stand in one order.
 */
export async function takePlace(store: Store): Promise<{ sequence: number; previous: string }> {
  const head = await store
    .updateTable('audit_head')
    .set((it) => ({ sequence: it('sequence', '+', 1) }))
    .where('name', '=', 'head')
    .returning(['sequence', 'hash'])
    .executeTakeFirst();
  if (!head) throw new Error('the head of the audit chain is not there');
  return { sequence: head.sequence, previous: head.hash };
}

/** Keeps a record in its place, and vouches for the chain up to it. */
export async function keepRecord(
  store: Store,
  record: ChainedRecord,
  voucher: Voucher,
): Promise<string> {
  const hash = hashOf(record);
  const { sequence, daemon } = record;
  await store.insertInto('audit').values(rowOf(record, hash)).execute();
  await store.updateTable('audit_head').set({ hash }).where('name', '=', 'head').execute();
  const signature = voucher.sign(checkpointText(daemon, sequence, hash));
  const checkpoint = { sequence, hash, public_key: voucher.publicKey, signature };
  await store
    .insertInto('audit_checkpoints')
    .values({ daemon, ...checkpoint })
    .onConflict((conflict) => conflict.column('daemon').doUpdateSet(checkpoint))
    .execute();
  return hash;
}

function rowOf(record: ChainedRecord, hash: string) {
  const { target, details, ...rest } = record;
  return { ...rest, target: target ?? null, details: JSON.stringify(details ?? {}), hash };
}

interface Row {
  at: string;
  request: string;
  who: string;
  action: string;
  target: string | null;
  outcome: string;
  details: string;
}

/** A record as it was written, from its row. */
export function recordOf(row: Row): AuditRecord {
  return {
    at: row.at,
    request: row.request,
    who: row.who,
    action: row.action as AuditRecord['action'],
    ...(row.target !== null && { target: row.target }),
    outcome: row.outcome as AuditRecord['outcome'],
    details: JSON.parse(row.details),
  };
}

/** The same with its place; of a record from before the chain, place 0. */
export function chainedRecordOf(
  row: Row & { sequence: number | null; daemon: string | null; previous: string | null },
): ChainedRecord {
  return {
    ...recordOf(row),
    sequence: row.sequence ?? 0,
    daemon: row.daemon ?? '',
    previous: row.previous ?? beginning,
  };
}
