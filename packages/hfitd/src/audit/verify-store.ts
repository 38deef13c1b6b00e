import { createPublicKey, verify } from 'node:crypto';
import type { Store } from '../store/tables.js';
import { beginning, checkpointText, hashOf } from './chain.js';
import { chainedRecordOf } from './records.js';
import type { Finding } from './verify.js';

const batch = 1000;

/** Who verifies, and what is known to be genuine. */
export interface Trusted {
  readonly daemon: string;
  /** SPKI in PEM, from the daemon's own key. */
  readonly publicKey: string;
}

/** A record that was noted elsewhere before. */
export interface Noted {
  readonly sequence: number;
  readonly hash: string;
}

export interface StoreReport extends Finding {
  readonly records: number;
  /** Records from before there was a chain, which nothing vouches for. */
  readonly unchained: number;
  /** What to note elsewhere: it shows later that nothing up to here was changed. */
  readonly head: Noted;
}

type Row = Awaited<ReturnType<typeof rowsFrom>>[number];

function rowsFrom(store: Store, id: number) {
  return store
    .selectFrom('audit')
    .selectAll()
    .where('id', '>', id)
    .orderBy('id')
    .limit(batch)
    .execute();
}

/**
 * Follows the chain in the store from its first record to its last.
 * @param noted records of which the hash is known from elsewhere
 */
export async function verifyStore(
  store: Store,
  trusted: Trusted,
  noted: readonly Noted[] = [],
): Promise<StoreReport> {
  const head = await store.selectFrom('audit_head').selectAll().executeTakeFirst();
  const checkpoints = await store.selectFrom('audit_checkpoints').selectAll().execute();
  const wanted = new Map<number, string>();
  for (const { sequence } of [...checkpoints, ...noted]) wanted.set(sequence, '');
  const last: Noted & { own: number } = { sequence: 0, hash: beginning, own: 0 };
  const state = { ...last, unchained: 0 };
  let problem: string | null = null;
  for (let rows = await rowsFrom(store, 0); rows.length > 0 && !problem; ) {
    for (const row of rows) {
      // What is written meanwhile is for the next time.
      if (head && row.sequence !== null && row.sequence > head.sequence) break;
      problem ??= stepOver(state, row, trusted.daemon);
      if (wanted.has(state.sequence)) wanted.set(state.sequence, state.hash);
    }
    rows = await rowsFrom(store, rows.at(-1)?.id ?? 0);
  }
  const { sequence, hash, unchained, own } = state;
  problem ??= endProblem(head, { sequence, hash });
  for (const checkpoint of checkpoints) {
    problem ??= checkpointProblem(checkpoint, wanted.get(checkpoint.sequence), trusted, own);
  }
  if (own > 0 && !checkpoints.some(({ daemon }) => daemon === trusted.daemon)) {
    problem ??= 'the checkpoint that this daemon signed was removed';
  }
  for (const it of noted) {
    if (it.sequence !== 0 && wanted.get(it.sequence) !== it.hash) {
      problem ??= `record ${it.sequence} is not the one that was noted`;
    }
  }
  return { records: sequence, unchained, head: { sequence, hash }, problem, notes: [] };
}

interface State {
  sequence: number;
  hash: string;
  own: number;
  unchained: number;
}

/** Goes on to the next record; gives what is wrong with it. */
function stepOver(state: State, row: Row, daemon: string): string | null {
  if (row.sequence === null || row.hash === null) {
    state.unchained++;
    return state.sequence === 0
      ? null
      : `a record of ${row.at} (id ${row.id}) has no place in the chain: it was inserted after record ${state.sequence}`;
  }
  const record = chainedRecordOf(row);
  const name = `record ${record.sequence} of ${record.at}`;
  if (hashOf(record) !== row.hash) return `${name} was changed`;
  if (record.sequence > state.sequence + 1) {
    const [from, to] = [state.sequence + 1, record.sequence - 1];
    return from === to ? `record ${from} was removed` : `records ${from} to ${to} were removed`;
  }
  if (record.sequence <= state.sequence)
    return `${name} was inserted after record ${state.sequence}`;
  if (record.previous !== state.hash) {
    return `${name} does not follow the one before it: one of both was changed`;
  }
  state.sequence = record.sequence;
  state.hash = row.hash;
  if (record.daemon === daemon) state.own = record.sequence;
  return null;
}

function endProblem(head: Noted | undefined, last: Noted): string | null {
  if (!head) return 'the head of the chain was removed';
  if (head.sequence > last.sequence) {
    return `the end was cut off: records ${last.sequence + 1} to ${head.sequence} are not there`;
  }
  return head.hash === last.hash ? null : 'the head of the chain was changed';
}

type Checkpoint = { daemon: string; public_key: string; signature: string } & Noted;

function checkpointProblem(
  { daemon, sequence, hash, public_key, signature }: Checkpoint,
  found: string | undefined,
  trusted: Trusted,
  own: number,
): string | null {
  const isOwn = daemon === trusted.daemon;
  const key = isOwn ? trusted.publicKey : public_key;
  if (!isSigned(key, checkpointText(daemon, sequence, hash), signature)) {
    return `the checkpoint of daemon ${daemon} at record ${sequence} is not signed by it`;
  }
  if (found !== hash)
    return `record ${sequence}, up to which daemon ${daemon} signed, is not there any more`;
  if (isOwn && own !== sequence) {
    return `record ${own} came after the last one that daemon ${daemon} signed, ${sequence}`;
  }
  return null;
}

function isSigned(publicKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey(publicKey);
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
