import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@hot-fixture/database';
import { describe, expect, it } from 'vitest';
import { openChangeLog, track, untrack, writeNdjson } from '../src/index.js';
import { stateOf } from './contents.js';
import { type Job, killed, kills as most } from './kill.js';
import { put, statementsFor, type Wanted } from './states.js';
import type { Subject } from './subject.js';

const numbers = (count: number, sql: (n: number) => string) =>
  Array.from({ length: count }, (_, i) => sql(i + 1));

const first: Wanted = {
  sequences: 30,
  rows: {
    node: numbers(150, (n) => `(${n}, ${n > 1 ? n - 1 : 'NULL'}, ${n})`),
    bag: numbers(60, (n) => `(${n % 5}, 'x')`),
    item: numbers(80, (n) => `(${n}, 'a', 'code ${n}', NULL)`),
  },
};
const second: Wanted = {
  sequences: 60,
  rows: {
    node: numbers(150, (n) => `(${n}, NULL, ${151 - n})`),
    bag: numbers(90, (n) => `(${n % 7}, 'y')`),
    item: numbers(80, (n) => `(${n + 20}, 'a', 'code ${n}', 'note')`),
    part: numbers(50, (n) => `(${n}, ${n + 20}, 'a', 'code ${n}')`),
  },
};

/** From the first word of a child to its death, in milliseconds; its jobs take less. */
const longest = 800;

/**
 * Whoever dies at work leaves all of it, or nothing.
 * @param kills how many times; each job has its turn
 */
export function killContract(subject: Subject, kills = most): void {
  describe.skipIf(Boolean(subject.missing))(`kill -9: ${subject.name}`, () => {
    it(
      `leaves each rewind, apply and load done or undone, ${kills} times`,
      async () => {
        const folder = await mkdtemp(join(tmpdir(), 'hfit-test-kill-'));
        const fresh = await subject.fresh();
        await fresh.run([
          ...subject.rich,
          'CREATE TABLE filled (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20))',
        ]);
        // Between the children alone: an embedded database has one process at a time.
        let database = await openDatabase(fresh.target);
        const { transactionalSequences } = database.dialect.capabilities;
        const state = async () => {
          const { rows, sequences } = await stateOf(database);
          return JSON.stringify([rows, transactionalSequences ? sequences : []]);
        };
        const filled = async () => {
          const { rows } = await stateOf(database);
          return Object.entries(rows).find(([name]) => name.endsWith('filled'))?.[1].length;
        };

        const alone = async (work: () => Promise<unknown>) => {
          await database.close();
          await work();
          database = await openDatabase(fresh.target);
        };
        // To open PGlite once more takes a second; its sessions have no search path.
        const fill = (state: Wanted) =>
          subject.diesWithUser
            ? database.transaction(async (session) => {
                await session.run('SET LOCAL search_path = public');
                for (const it of statementsFor(subject, state)) await session.run(it);
              })
            : alone(() => put(fresh, subject, state));

        await fill(first);
        let log = await track(database);
        await log.checkpoint('here');
        const before = await state();
        await log.close();
        await fill(second);
        log = await track(database);
        const after = await state();
        expect(after).not.toBe(before);
        const file = join(folder, 'changes.ndjson');
        await writeFile(file, writeNdjson(await log.changes()));
        await log.rewind('here');

        const seen = new Map<string, number>();
        for (let round = 0; round < kills; round += 1) {
          const job = (['rewind', 'apply', 'load'] as const)[round % 3] as Job;
          await log.close();
          await alone(() => killed(job, fresh.target as string, file, Math.random() * longest));
          log = await openChangeLog(database);
          const left = job === 'load' ? await filled() : await state();
          const outcome = left === before || left === 0 ? 'before' : 'after';
          expect(job === 'load' ? [0, 2000] : [before, after]).toContain(left);
          seen.set(`${job} ${outcome}`, (seen.get(`${job} ${outcome}`) ?? 0) + 1);
          // The log of who was killed still knows the way; unless its server died with the process, and
          // had begun to work: then it says that it is lost.
          const lost = await log.rewind('here').then(
            () => null,
            (error: Error) => error.message,
          );
          if (lost !== null) {
            expect(subject.diesWithUser ? lost : 'no log is lost').toMatch(
              /HFIT_LOG_BYPASSED.*stopped without/,
            );
            await log.close();
            await untrack(database);
            await fill(first);
            await database.transaction((session) => session.run('DELETE FROM public.filled'));
            log = await track(database);
            await log.checkpoint('here');
          }
          expect(await state()).toBe(before);
        }
        console.log(`${subject.name}: ${JSON.stringify(Object.fromEntries([...seen].sort()))}`);

        await log.close();
        await database.close();
        await fresh.drop();
        await rm(folder, { recursive: true });
      },
      60_000 + kills * 20_000,
    );
  });
}
