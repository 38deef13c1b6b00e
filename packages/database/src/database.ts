import { HfitError } from '@hot-fixture/errors';
import type { Dialect } from './dialect.js';
import type { Driver, Purpose, Session } from './driver.js';
import { guarded } from './failure.js';
import { KnownSchemas } from './known-schemas.js';
import { type LentSession, lent, SharedSession } from './lent-session.js';
import type { ReadOptions } from './limits.js';
import type { Dataset } from './load/dataset.js';
import { type Guard, type LoadOptions, type LoadReport, load } from './load/load.js';
import { schemasOf } from './load/tables.js';
import type { Schema } from './model.js';
import { findOrphans, type Orphans } from './orphans.js';
import { ReadWatch } from './read-watch.js';
import type { ReadingNow } from './reading.js';
import { isSameFile } from './same-file.js';
import { Snapshot } from './snapshot.js';

/** An open database. Made by `openDatabase`. */
export class Database {
  readonly #driver: Driver;
  readonly #readers = new SharedSession();
  readonly #known = new KnownSchemas();
  #closed = false;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** The name of the database, as its server knows it. */
  get name(): string {
    return this.#driver.name;
  }

  /** Where it is, for messages; never with a password. */
  get location(): string {
    return this.#driver.location;
  }

  get inMemory(): boolean {
    return this.#driver.inMemory;
  }

  get dialect(): Dialect {
    return this.#driver.dialect;
  }

  /** How many sessions are lent and waited for, where it was opened with `reading`; else null. */
  get readingNow(): ReadingNow | null {
    return this.#driver.readingNow?.() ?? null;
  }

  /**
   * Reads tables, columns, keys and foreign keys.
   * @param schemas only these; by default the ones that a user of this database would mean
   * @throws HFIT_DATABASE_UNREACHABLE, HFIT_DATABASE_LOST
   */
  async introspect(schemas?: readonly string[]): Promise<Schema> {
    const snapshot = await this.snapshot();
    try {
      return await snapshot.introspect(schemas);
    } finally {
      await snapshot.close();
    }
  }

  /**
   * Opens a read-only view of one moment. Close it when done: it holds a connection.
   * @param options what ends its questions before their time
   * @throws HFIT_DATABASE_UNREACHABLE
   */
  async snapshot(options: ReadOptions = {}): Promise<Snapshot> {
    const { beginRead } = this.dialect;
    const open = () => this.#reading(beginRead);
    const first = await (this.#driver.inProcess ? this.#readers.borrow(open) : open());
    try {
      return await this.#watched(first, options);
    } catch (error) {
      await first.end(true);
      throw guarded(this.#driver, error);
    }
  }

  /**
   * Opens several views of the same moment, to read from at the same time. Close all when done.
   * @param most how many at most; where sessions cannot share a moment, or the handle has no more
   *   connections to give, there are fewer, and at least one
   * @throws HFIT_DATABASE_UNREACHABLE
   */
  async snapshots(
    most: number,
    options: ReadOptions = {},
  ): Promise<readonly [Snapshot, ...Snapshot[]]> {
    const { sharedMoment, beginRead } = this.dialect;
    const count = sharedMoment ? Math.min(most, this.#driver.readers ?? 1) : 1;
    if (!sharedMoment || count < 2) return [await this.snapshot(options)];
    const first = await this.#reading(beginRead);
    const all: [LentSession, ...LentSession[]] = [first];
    try {
      const moment = await sharedMoment.share(first.session);
      while (all.length < count) all.push(await this.#reading(sharedMoment.beginAt(moment)));
      const others = all.slice(1).map((it) => this.#watched(it, options));
      return [await this.#watched(first, options), ...(await Promise.all(others))];
    } catch (error) {
      for (const it of all) await it.end(true);
      throw guarded(this.#driver, error);
    }
  }

  async #watched(it: LentSession, options: ReadOptions): Promise<Snapshot> {
    const watch = new ReadWatch(this.#driver, it.session, options);
    await watch.begin();
    return new Snapshot(this.#driver, it, watch, this.#known);
  }

  async #reading(begin: readonly string[]): Promise<LentSession> {
    const session = await this.#connect('read');
    try {
      for (const statement of begin) await session.run(statement);
    } catch (error) {
      await session.release(true);
      throw guarded(this.#driver, error);
    }
    return lent(session, this.dialect.rollback);
  }

  /**
   * Loads a dataset in one transaction, tables in the order of their foreign keys: all of it is
   * there afterwards, or the database is as it was.
   * @throws HFIT_NOT_A_TEST_DATABASE, HFIT_LOAD_FAILED, HFIT_LOAD_ORPHAN, HFIT_LOAD_COLUMN,
   *   HFIT_LOAD_DIALECT, and what the dataset throws while it is read
   */
  async load(dataset: Dataset, options: LoadOptions = {}): Promise<LoadReport> {
    this.assertTestDatabase(options, [...dataset.schemas, ...schemasOf(dataset)]);
    const session = await this.#connect('write');
    return load(this.#driver, session, dataset, options);
  }

  /**
   * Runs work in one transaction that may write: all of it is there afterwards, or nothing.
   * @param forFunctions whether functions of users have to find what they know
   * @throws HFIT_NOT_A_TEST_DATABASE, HFIT_DATABASE_QUERY, HFIT_DATABASE_LOST, and what the work
   *   throws
   */
  transaction<T>(
    work: (session: Session) => Promise<T>,
    guard: Guard = {},
    forFunctions = false,
  ): Promise<T> {
    const { beginLoad, forFunctions: more = [], beginForFunctions } = this.dialect;
    const both = beginForFunctions ?? [...beginLoad, ...more];
    return this.#transaction(guard, async (session) => {
      for (const statement of forFunctions ? both : beginLoad) await session.run(statement);
      return work(session);
    });
  }

  /**
   * The same with foreign keys neither checked nor acting, where the role may do that; the work is
   * told whether they are off. It has to check what it wrote.
   */
  transactionWithoutKeys<T>(
    work: (session: Session, keysAreOff: boolean) => Promise<T>,
    guard: Guard = {},
  ): Promise<T> {
    return this.#transaction(guard, async (session) =>
      work(session, await this.dialect.beginWithoutKeys(session)),
    );
  }

  async #transaction<T>(guard: Guard, work: (session: Session) => Promise<T>): Promise<T> {
    this.assertTestDatabase(guard);
    const session = await this.#connect('write');
    let broken = true;
    try {
      const result = await work(session);
      await session.run(this.dialect.commit);
      broken = false;
      return result;
    } catch (error) {
      const failure = guarded(this.#driver, error);
      await session.run(this.dialect.rollback).then(
        () => {
          broken = false;
        },
        () => {},
      );
      throw failure;
    } finally {
      await session.release(broken);
    }
  }

  /**
   * Lends a session that is held until its borrower releases it, for a change log.
   * @throws HFIT_DATABASE_UNREACHABLE
   */
  logSession(): Promise<Session> {
    return this.#connect('log');
  }

  /** An error of the driver, met on a lent session, as one of ours. */
  explain(error: unknown): HfitError {
    return guarded(this.#driver, error);
  }

  /**
   * Refuses what does not look like a test database: nothing in its name says so, and it is not in
   * memory.
   * @param schemas that are written to; where they are databases of their own, they count too
   * @throws HFIT_NOT_A_TEST_DATABASE
   */
  assertTestDatabase(guard: Guard, schemas: readonly string[] = []): void {
    const { inMemory, name, location } = this.#driver;
    if (guard.dangerouslyAllowAnyDatabase || inMemory) return;
    const others = this.dialect.capabilities.schemasAreDatabases ? schemas : [];
    const refused = [name, ...others.filter((it) => it !== '')].find((it) => !testName.test(it));
    if (refused === undefined) return;
    throw new HfitError(
      'HFIT_NOT_A_TEST_DATABASE',
      { database: refused, override: guard.override ?? 'the option dangerouslyAllowAnyDatabase' },
      { where: location },
    );
  }

  /**
   * Looks for rows whose foreign key points to a row that is not there.
   * @returns one entry for each foreign key that has such rows
   */
  async orphans(): Promise<Orphans[]> {
    const snapshot = await this.snapshot();
    try {
      const { tables } = await snapshot.introspect();
      return await snapshot.using((session) => findOrphans(this.dialect, session, tables));
    } finally {
      await snapshot.close();
    }
  }

  /**
   * Whether tables of these schemas are the same tables in another database, by whatever URL it was
   * opened. It takes a connection to each.
   * @param schemas an empty name for that of the database itself, where there are no others
   * @throws HFIT_DATABASE_UNREACHABLE, HFIT_DATABASE_LOST, HFIT_DATABASE_QUERY
   */
  async sharesTables(other: Database, schemas: readonly string[]): Promise<boolean> {
    const [here, there] = [this.#driver, other.#driver];
    if (here.dialect.name !== there.dialect.name) return false;
    if (here.home || there.home) return isSameFile(here.home, there.home);
    const places = await this.#places(schemas);
    const others = await other.#places(schemas);
    return places.some((place) => others.includes(place));
  }

  async #places(schemas: readonly string[]): Promise<string[]> {
    const session = await this.#connect('read');
    let broken = true;
    try {
      const places = await this.dialect.places(session, schemas);
      broken = false;
      return places;
    } catch (error) {
      throw guarded(this.#driver, error);
    } finally {
      await session.release(broken);
    }
  }

  /** Ends the connections that were opened here; a handle that was given stays open. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#driver.close();
  }

  async #connect(purpose: Purpose): Promise<Session> {
    if (this.#closed) throw new HfitError('HFIT_DATABASE_CLOSED', { database: this.location });
    try {
      return await this.#driver.connect(purpose);
    } catch (error) {
      if (error instanceof HfitError) throw error;
      const { reason } = this.dialect.explain(error);
      throw new HfitError(
        'HFIT_DATABASE_UNREACHABLE',
        { database: this.location, reason },
        { cause: error },
      );
    }
  }
}

const testName = /test|dev|tmp|local|hfit/i;
