import { HfitError } from '@hot-fixture/errors';
import type { Logger } from 'pino';
import type { Store } from '../store/tables.js';
import type { ChainedRecord } from './chain.js';
import { type Attempt, type AuditEvent, type AuditRecord, givingOut } from './event.js';
import { AuditFile } from './file.js';
import { keepRecord, recordOf, takePlace, type Voucher } from './records.js';
import type { Syslog } from './syslog.js';

export interface Watcher {
  recorded(event: AuditEvent): void;
  notRecorded(): void;
}

export interface AuditParts {
  /** A file that only grows. */
  readonly file: string;
  readonly store: Store;
  readonly voucher: Voucher;
  /**
   * SHA-256 of the policy in force: it stands in the records of what was given out, where they do
   * not name the one that masked it.
   */
  readonly policy?: () => string;
  readonly syslog?: Syslog;
  /** Is told what was written, and what could not be. */
  readonly watcher?: Watcher;
  readonly log: Logger;
}

/** Writes audit events twice: as lines of a file that only grows, and in the store; chained. */
export class Audit {
  readonly #parts: AuditParts;
  readonly #store: Store;
  readonly #file: AuditFile;

  constructor(parts: AuditParts, file: AuditFile) {
    this.#parts = parts;
    this.#store = parts.store;
    this.#file = file;
  }

  /** @throws HFIT_AUDIT_UNREADABLE */
  static async open(parts: AuditParts): Promise<Audit> {
    try {
      return new Audit(parts, await AuditFile.open(parts.file));
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
      throw new HfitError('HFIT_AUDIT_UNREADABLE', { reason }, { where: parts.file, cause });
    }
  }

  /**
   * Writes one event. Nothing is given out before this has returned.
   * @throws HFIT_AUDIT_FAILED
   */
  record(event: AuditEvent): Promise<void> {
    return this.#transaction((store) => this.#write(store, event));
  }

  /**
   * Does what is to be recorded, and gives its result when the event is written.
   * @throws HFIT_AUDIT_FAILED, and what the work throws, which is recorded too
   */
  async around<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
    const result = await this.#recordFailure(attempt, work);
    await this.record({ ...attempt, outcome: 'ok' });
    return result;
  }

  /**
   * Makes a change of the store together with its event: neither stays without the other.
   * @throws HFIT_AUDIT_FAILED, and what the change throws, which is recorded too
   */
  within<T>(attempt: Attempt, change: (store: Store) => Promise<T>): Promise<T> {
    return this.#recordFailure(attempt, () =>
      this.#transaction(async (store) => {
        const result = await change(store);
        await this.#write(store, { ...attempt, outcome: 'ok' });
        return result;
      }),
    );
  }

  /** The last events, the oldest of them first. */
  async last(count: number): Promise<AuditRecord[]> {
    const rows = await this.#store
      .selectFrom('audit')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(count)
      .execute();
    return rows.reverse().map(recordOf);
  }

  async close(): Promise<void> {
    await this.#parts.syslog?.close();
    await this.#file.close();
  }

  /** A full disk ends a transaction of SQLite by itself: the rollback then hides what was wrong. */
  async #transaction<T>(work: (store: Store) => Promise<T>): Promise<T> {
    let told: unknown;
    try {
      return await this.#store.transaction().execute((store) =>
        work(store).catch((error) => {
          told = error;
          throw error;
        }),
      );
    } catch (error) {
      throw told ?? new HfitError('HFIT_AUDIT_FAILED', {}, { cause: error });
    }
  }

  async #recordFailure<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const code = error instanceof HfitError ? error.code : 'HFIT_INTERNAL';
      if (code !== 'HFIT_AUDIT_FAILED') {
        const details = { ...attempt.details, code };
        await this.record({ ...attempt, outcome: 'failed', details });
      }
      throw error;
    }
  }

  async #write(store: Store, event: AuditEvent): Promise<void> {
    const { voucher, syslog, log, policy } = this.#parts;
    try {
      const record: ChainedRecord = {
        ...plain(policy !== undefined && givesOut(event) ? named(event, policy()) : event),
        at: new Date().toISOString(),
        daemon: voucher.daemon,
        ...(await takePlace(store)),
      };
      const hash = await keepRecord(store, record, voucher);
      await this.#file.append(record, hash);
      await syslog?.send(record, hash);
      this.#parts.watcher?.recorded(record);
    } catch (cause) {
      this.#parts.watcher?.notRecorded();
      const reason = (cause as Error).message;
      log.error({ reason, request: event.request }, 'an audit event was not written');
      throw new HfitError('HFIT_AUDIT_FAILED', {}, { cause });
    }
  }
}

function givesOut({ action, outcome }: AuditEvent): boolean {
  return givingOut.includes(action) && outcome !== 'failed';
}

function named(event: AuditEvent, policy: string): AuditEvent {
  return { ...event, details: { policy, ...event.details } };
}

/** The event as it can be read back: its details as JSON has them, its names as a text can be. */
function plain(event: AuditEvent): AuditEvent {
  const { details, target } = event;
  return {
    ...event,
    who: storable(event.who),
    ...(target !== undefined && { target: storable(target) }),
    ...(details !== undefined && { details: JSON.parse(JSON.stringify(details)) }),
  };
}

/** No database keeps half of a surrogate pair, and PostgreSQL no NUL. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
