import type { Store } from '../store/tables.js';
import { beginning } from './chain.js';
import { type FileReport, type PlacedLine, verifyFile } from './verify-file.js';
import { type Noted, type StoreReport, type Trusted, verifyStore } from './verify-store.js';

/** What was found out about one of the two places. */
export interface Finding {
  /** The first thing that is not as it was written; null where all is. */
  readonly problem: string | null;
  /** What is no sign of a change, and still to be known. */
  readonly notes: readonly string[];
}

export interface AuditReport {
  readonly store: StoreReport;
  readonly file: FileReport;
  readonly isWhole: boolean;
}

export interface VerifyRequest {
  readonly store: Store;
  /** The files of this daemon, the oldest first. */
  readonly files: readonly string[];
  readonly trusted: Trusted;
  readonly noted?: readonly Noted[];
}

/**
 * Verifies the audit log in both places, and one against the other. The daemon may run meanwhile.
 * @throws HFIT_AUDIT_UNREADABLE
 */
export async function verifyAudit(request: VerifyRequest): Promise<AuditReport> {
  const { store, files, trusted, noted } = request;
  const inStore = await verifyStore(store, trusted, noted);
  const own = ownHashes(store, trusted.daemon, inStore.head.sequence);
  const undone: string[] = [];
  let next = await own.next();
  const compare = async ({ where, line }: PlacedLine): Promise<string | null> => {
    const { sequence, hash, previous } = line;
    if (sequence > inStore.head.sequence && !inStore.problem) {
      // It came after we looked at the store.
      if ((await hashAt(store, sequence)) !== undefined) return null;
    }
    if (!next.done && next.value.sequence < sequence) {
      return `${where}: record ${next.value.sequence}, which the store has, is missing before this line`;
    }
    if (!next.done && next.value.sequence === sequence && next.value.hash === hash) {
      next = await own.next();
      return null;
    }
    // A stop between the line and the end of the transaction leaves a line that the store has not.
    const before = sequence === 1 ? beginning : await hashAt(store, sequence - 1);
    if (before !== previous) return foreign(where);
    undone.push(where);
    return null;
  };
  const inFile = await verifyFile(files, compare);
  const cut =
    inFile.problem === null && !next.done
      ? `the end was cut off: record ${next.value.sequence} of this daemon is not there`
      : null;
  const [first] = undone;
  // What was stopped leaves nothing else behind: where there is more, it was no stop.
  const problem = first && (inFile.problem ?? cut) ? foreign(first) : (inFile.problem ?? cut);
  const notes = undone.map(
    (where) => `${where}: this was written down, and then not done: the store has it not`,
  );
  const file = { ...inFile, problem, notes: problem ? [] : notes };
  return { store: inStore, file, isWhole: !inStore.problem && !file.problem };
}

function foreign(where: string): string {
  return `${where}: the store has no such record, or another one in its place`;
}

async function* ownHashes(store: Store, daemon: string, until: number): AsyncGenerator<Noted> {
  for (let after = 0; ; ) {
    const rows = await store
      .selectFrom('audit')
      .select(['sequence', 'hash'])
      .where('daemon', '=', daemon)
      .where('sequence', '>', after)
      .where('sequence', '<=', until)
      .orderBy('sequence')
      .limit(1000)
      .execute();
    if (rows.length === 0) return;
    for (const { sequence, hash } of rows) yield { sequence: sequence as number, hash: hash ?? '' };
    after = rows.at(-1)?.sequence as number;
  }
}

async function hashAt(store: Store, sequence: number): Promise<string | undefined> {
  const row = await store
    .selectFrom('audit')
    .select('hash')
    .where('sequence', '=', sequence)
    .executeTakeFirst();
  return row?.hash ?? undefined;
}
