import { chmod, type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import type { Logger } from 'pino';
import type { Store } from '../store/tables.js';
import type { Attempt, AuditEvent, AuditRecord } from './event.js';

/** Writes audit events twice: as lines of a file that only grows, and in the store. */
export class Audit {
  readonly #store: Store;
  readonly #file: FileHandle;
  readonly #log: Logger;

  constructor(store: Store, file: FileHandle, log: Logger) {
    this.#store = store;
    this.#file = file;
    this.#log = log;
  }

  /** Opens `audit.log` in the data folder. */
  static async open(dataDir: string, store: Store, log: Logger): Promise<Audit> {
    const path = join(dataDir, 'audit.log');
    const file = await open(path, 'a', 0o600);
    await chmod(path, 0o600);
    return new Audit(store, file, log);
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
    return rows.reverse().map((row) => ({
      at: row.at,
      request: row.request,
      who: row.who,
      action: row.action as AuditRecord['action'],
      ...(row.target !== null && { target: row.target }),
      outcome: row.outcome as AuditRecord['outcome'],
      details: JSON.parse(row.details),
    }));
  }

  async close(): Promise<void> {
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
    const record = { at: new Date().toISOString(), ...event };
    try {
      await insert(store, record);
      await this.#append(record);
    } catch (cause) {
      const reason = (cause as Error).message;
      this.#log.error({ reason, request: event.request }, 'an audit event was not written');
      throw new HfitError('HFIT_AUDIT_FAILED', {}, { cause });
    }
  }

  async #append(record: AuditRecord): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    const { bytesWritten } = await this.#file.write(line);
    if (bytesWritten !== line.length) throw new Error('the line was cut short: is the disk full?');
    await this.#file.datasync();
  }
}

async function insert(store: Store, record: AuditRecord): Promise<void> {
  await store
    .insertInto('audit')
    .values({
      at: record.at,
      request: record.request,
      who: record.who,
      action: record.action,
      target: record.target ?? null,
      outcome: record.outcome,
      details: JSON.stringify(record.details ?? {}),
    })
    .execute();
}
