import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '@hot-fixture/database';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fresh } from '../../database/test/subject.js';
import { apply, invert, isEmpty, type StrategyName, track, untrack } from '../src/index.js';
import { stateOf } from './contents.js';
import { graphs } from './graphs.js';
import { put, type Wanted, wanted } from './states.js';
import type { Subject } from './subject.js';

/** What a person gets from `track`, by each strategy, on every dialect. */
export function logContract(
  subject: Subject,
  strategies: readonly StrategyName[] = ['log', 'copies', 'reload'],
): void {
  describe.skipIf(Boolean(subject.missing)).each(strategies)(
    `track contract: ${subject.name}, %s`,
    (strategy) => {
      let fresh: Fresh;
      let database: Database;
      let folder: string;
      const options = () => ({ strategy, folder, verify: true });

      beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), 'hfit-test-track-'));
        fresh = await subject.fresh();
        await fresh.run([...subject.rich, ...graphs]);
        database = await openDatabase(fresh.target);
      });
      afterAll(async () => {
        await database?.close();
        await fresh?.drop();
        await rm(folder, { recursive: true, force: true });
      });

      const states = wanted(subject);
      const one: Wanted = {
        sequences: 20,
        rows: { node: ['(1, NULL, 1)', '(2, 1, 2)'], bag: [`(1, 'x')`, `(1, 'x')`] },
      };

      it('comes back from any state, and tells what had changed', async () => {
        await fc.assert(
          fc.asyncProperty(states, states, async (first, second) => {
            await put(fresh, subject, first);
            const log = await track(database, options());
            await log.checkpoint('here');
            const before = await stateOf(database);
            await put(fresh, subject, second);
            const after = await stateOf(database);
            const changes = await log.changes({ since: 'here' });
            await log.rewind('here');
            expect(await stateOf(database)).toEqual(before);
            expect(isEmpty(await log.changes({ since: 'here' }))).toBe(true);
            await apply(database, changes);
            expect(await stateOf(database)).toEqual(after);
            await apply(database, invert(changes));
            expect(isEmpty(await log.changes())).toBe(true);
            await log.close();
          }),
          { numRuns: Math.ceil((strategy === 'log' ? 5 : 2) * subject.share) },
        );
      });

      it('goes back to the latest checkpoint, or an earlier one, and forgets the later', async () => {
        await put(fresh, subject, one);
        await untrack(database, { folder });
        const log = await track(database, options());
        expect(log.report).toMatchObject({ strategy, reason: 'it was asked for' });
        const start = await stateOf(database);
        await fresh.run(['INSERT INTO node VALUES (3, 2, 3)']);
        expect(await log.checkpoint()).toBe('checkpoint-2');
        const second = await stateOf(database);
        await fresh.run(['UPDATE node SET place = 9 WHERE id = 3']);
        await log.checkpoint('third');
        await fresh.run([`DELETE FROM bag`]);
        expect((await log.status()).checkpoints.map(({ name }) => name)).toEqual([
          'start',
          'checkpoint-2',
          'third',
        ]);
        const sinceStart = await log.changes({ since: 'start' });
        expect(sinceStart.tables.map(({ name }) => name)).toEqual(['bag', 'node']);
        expect((await log.changes()).tables.map(({ name }) => name)).toEqual(['bag']);

        await log.rewind('checkpoint-2');
        expect(await stateOf(database)).toEqual(second);
        await expect(log.rewind('third')).rejects.toThrow('HFIT_CHECKPOINT_UNKNOWN');
        await fresh.run(['DELETE FROM node']);
        await log.rewind();
        expect(await stateOf(database)).toEqual(second);
        await log.rewind('start');
        expect(await stateOf(database)).toEqual(start);
        await log.close();
      });

      it('meets its own checkpoints again, after a close, by another connection', async ({
        skip,
      }) => {
        if (typeof fresh.target !== 'string') return skip('it has one connection');
        await put(fresh, subject, one);
        await untrack(database, { folder });
        const first = await track(database, options());
        await first.checkpoint('kept');
        await first.close();
        const before = await stateOf(database);
        await fresh.run(['DELETE FROM node']);
        const other = await openDatabase(fresh.target);
        const second = await track(other, { strategy, folder });
        expect((await second.status()).checkpoints.map(({ name }) => name)).toEqual([
          'start',
          'kept',
        ]);
        expect(isEmpty(await second.changes())).toBe(false);
        const rewound = await second.rewind();
        expect(rewound.tables.map(({ table }) => table.name)).toContain('node');
        await second.close();
        await other.close();
        expect(await stateOf(database)).toEqual(before);
        expect(isEmpty(await first.changes())).toBe(true);
        await first.close();
      });

      it('comes back from what cascades through graphs of foreign keys', async () => {
        await untrack(database, { folder });
        const log = await track(database, options());
        const before = await stateOf(database);
        for (const statements of [
          ['DELETE FROM link WHERE id = 1'],
          ['DELETE FROM m1'],
          ['DELETE FROM g_a', 'DELETE FROM h_b WHERE id = 1'],
          ['UPDATE up SET id = id + 100', 'DELETE FROM up WHERE id = 101'],
        ]) {
          await fresh.run(statements);
          const changed = await stateOf(database);
          expect(changed).not.toEqual(before);
          const changes = await log.changes();
          await log.rewind();
          expect(await stateOf(database)).toEqual(before);
          await apply(database, changes);
          expect(await stateOf(database)).toEqual(changed);
          await log.rewind();
        }
        await log.close();
      });

      it('refuses a schema that is not what it was', async () => {
        await put(fresh, subject, one);
        await untrack(database, { folder });
        const log = await track(database, options());
        await fresh.run(['ALTER TABLE bag ADD z INTEGER']);
        await expect(log.rewind()).rejects.toThrow(
          /HFIT_LOG_SCHEMA_CHANGED.*column z of table \S*bag/,
        );
        await fresh.run(['ALTER TABLE bag DROP COLUMN z']);
        await untrack(database, { folder });
        await expect(log.rewind()).rejects.toThrow(/HFIT_LOG_ABSENT|HFIT_CHECKPOINT_UNKNOWN/);
        await log.close();
      });

      it('leaves nothing behind', async () => {
        await untrack(database, { folder });
        const before = await database.introspect();
        await (await track(database, options())).close();
        expect((await database.introspect()).tables).toEqual(before.tables);
        await untrack(database, { folder });
        await untrack(database, { folder });
        expect(await database.introspect()).toEqual(before);
        expect(await readdir(folder)).toEqual([]);
      });

      it('tells nothing where all is as it was in the end', async () => {
        await put(fresh, subject, one);
        await untrack(database, { folder });
        const log = await track(database, options());
        await fresh.run([
          `UPDATE node SET place = 5 WHERE id = 1`,
          `UPDATE node SET place = 1 WHERE id = 1`,
          `INSERT INTO bag VALUES (1, 'x')`,
          `DELETE FROM bag`,
          `INSERT INTO bag VALUES (1, 'x')`,
          `INSERT INTO bag VALUES (1, 'x')`,
        ]);
        expect(isEmpty(await log.changes())).toBe(true);
        await log.close();
      });
    },
  );
}
