import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '@hot-fixture/database';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateOf } from '../../changes/test/contents.js';
import { put, wanted } from '../../changes/test/states.js';
import type { Subject } from '../../changes/test/subject.js';
import type { Fresh } from '../../database/test/subject.js';
import { type FixpointOptions, Fixpoints } from '../src/index.js';

const runs = Number(process.env.HFIT_RUNS ?? 3);

/** The laws of fixpoints, which hold for every dialect. */
export function fixpointContract(subject: Subject): void {
  describe.skipIf(Boolean(subject.missing))(`fixpoints: ${subject.name}`, () => {
    let fresh: Fresh;
    let database: Database;
    let directory: string;
    const numRuns = Math.ceil(runs * subject.share);
    const open = (options: Partial<FixpointOptions> = {}) =>
      new Fixpoints(database, { directory, ci: false, ...options });

    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), 'hfit-fixpoints-'));
      fresh = await subject.fresh();
      await fresh.run(subject.rich);
      database = await openDatabase(fresh.target);
    });
    afterAll(async () => {
      await database?.close();
      await fresh?.drop();
      rmSync(directory, { recursive: true, force: true });
    });

    const states = wanted(subject);
    const text = (name: string) => readFileSync(join(directory, `${name}.yaml`), 'utf8');

    it('restores what was stored, to the bit and with its sequences, whatever was there', async () => {
      await fc.assert(
        fc.asyncProperty(states, states, fc.boolean(), async (first, second, log) => {
          const fixpoints = open({ log: log && 'at once' });
          await put(fresh, subject, first);
          const before = await stateOf(database);
          await fixpoints.store('first');
          await put(fresh, subject, second);
          await fixpoints.restore('first');
          expect(await stateOf(database)).toEqual(before);
          await fixpoints.store('again');
          expect(text('again')).toBe(text('first'));
          expect(await fixpoints.compare('first')).toMatchObject({ equal: true });
          await put(fresh, subject, second);
          const other = await stateOf(database);
          const { equal } = await fixpoints.difference('first');
          expect(equal).toBe(JSON.stringify(other) === JSON.stringify(before));
          const { by } = await fixpoints.restore('first');
          expect(by).toBe(log ? 'log' : 'whole database');
          expect(await stateOf(database)).toEqual(before);
          await fixpoints.close();
        }),
        { numRuns },
      );
    });

    it('orders rows without a key, leaks no number, and gives none twice', async () => {
      const fixpoints = open();
      const columns = Object.keys(subject.values).map(() => 'NULL');
      const rich = [`(3, ${columns.join(', ')})`, `(12, ${columns.join(', ')})`];
      const bag = [`(2, 'x')`, `(1, NULL)`, `(2, 'x')`, `(10, 'a')`];
      await put(fresh, subject, { rows: { bag, rich }, sequences: 30 });
      await fixpoints.store('one');
      const rows = { bag: bag.toReversed(), rich: rich.toReversed() };
      await put(fresh, subject, { rows, sequences: 30 });
      await fixpoints.store('other');
      expect(text('other')).toBe(text('one'));
      const numbers: unknown[] = [];
      for (let i = 0; i < 3; i += 1) {
        await fixpoints.restore('one');
        await fresh.run([`INSERT INTO rich (${columnOf(subject)}) VALUES (NULL)`]);
        const { changes } = await fixpoints.difference('one');
        numbers.push(changes.tables.map((it) => it.inserted.map(([id]) => String(id))));
        expect(changes.sequences).toHaveLength(1);
      }
      expect(numbers[0]).toHaveLength(1);
      expect(numbers).toEqual([numbers[0], numbers[0], numbers[0]]);
      // One that goes and one that comes are no row that changed.
      await fixpoints.restore('one');
      await fresh.run(['DELETE FROM node', 'INSERT INTO node VALUES (1, NULL, 1)']);
      await fixpoints.store('node', { parent: 'one' });
      await fresh.run(['DELETE FROM node', 'INSERT INTO node VALUES (2, NULL, 1)']);
      const [node] = (await fixpoints.difference('node')).changes.tables;
      expect([node?.inserted.length, node?.updated.length, node?.deleted.length]).toEqual([
        1, 0, 1,
      ]);
      await fixpoints.close();
    });

    it('comes to the same by a chain of changes as by the whole', async () => {
      await fc.assert(
        fc.asyncProperty(states, states, states, async (first, second, third) => {
          const [fixpoints, other] = [open(), open({ log: false })];
          await put(fresh, subject, first);
          await fixpoints.store('a');
          await fixpoints.restore('a');
          await put(fresh, subject, second);
          await fixpoints.store('b', { parent: 'a' });
          await put(fresh, subject, third);
          await fixpoints.store('c', { parent: 'b' });
          await fixpoints.store('whole');
          const last = await stateOf(database);
          // By the log, from the root; then by reading it all.
          await fixpoints.restore('a');
          for (const it of [fixpoints, other]) {
            await put(fresh, subject, second);
            expect(await it.difference('b')).toMatchObject({ equal: true });
            await it.restore('c');
            expect(await stateOf(database)).toEqual(last);
            for (const name of ['c', 'whole']) {
              expect(await it.difference(name)).toMatchObject({ equal: true });
            }
          }
          await fixpoints.close();
        }),
        { numRuns },
      );
    });
  });
}

const columnOf = ({ values }: Subject) => Object.keys(values)[0] as string;
