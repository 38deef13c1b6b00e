import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Line } from '../src/build/line.js';
import { thrown } from './thrown.js';

const never = new AbortController().signal;

describe('a line', () => {
  test('lets no more work at once than it should, and everybody in the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 30 }),
        async (atOnce, steps) => {
          const line = new Line(atOnce);
          let working = 0;
          let most = 0;
          let done = 0;
          await Promise.all(
            steps.map(async (count) => {
              const leave = await line.enter(never);
              working++;
              most = Math.max(most, working);
              for (let step = 0; step < count; step++) await Promise.resolve();
              working--;
              done++;
              leave();
              leave();
            }),
          );
          expect(most).toBeLessThanOrEqual(atOnce);
          expect(done).toBe(steps.length);
          expect([line.working, line.waiting]).toEqual([0, 0]);
        },
      ),
    );
  });

  test('serves in the order of coming', async () => {
    const line = new Line(1);
    const order: number[] = [];
    const first = await line.enter(never);
    const others = [1, 2, 3].map(async (number) => {
      const leave = await line.enter(never);
      order.push(number);
      leave();
    });
    expect(line.waiting).toBe(3);
    first();
    await Promise.all(others);
    expect(order).toEqual([1, 2, 3]);
  });

  test('lets go of who gives up waiting', async () => {
    const line = new Line(1);
    const leave = await line.enter(never);
    const impatient = new AbortController();
    const waiting = line.enter(impatient.signal);
    impatient.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(line.enter(impatient.signal)).rejects.toThrow('enough');
    leave();
    expect([line.working, line.waiting]).toEqual([0, 0]);
  });

  test('turns away who would make it too long', async () => {
    const line = new Line(1, 1);
    const leave = await line.enter(never);
    const waiting = line.enter(never);
    await thrown('HFIT_SERVER_BUSY', () => line.enter(never));
    leave();
    (await waiting)();
  });

  test('lets one user have half of the places, and others pass those who wait for more', async () => {
    const line = new Line(4);
    const leave = [await line.enter(never, 'ann'), await line.enter(never, 'ann')];
    const order: string[] = [];
    const third = line.enter(never, 'ann').then(() => order.push('ann'));
    await line.enter(never, 'bob').then(() => order.push('bob'));
    expect([order, line.working, line.waiting]).toEqual([['bob'], 3, 1]);
    leave[0]?.();
    await third;
    expect([order, line.working, line.waiting]).toEqual([['bob', 'ann'], 3, 0]);
  });
});
