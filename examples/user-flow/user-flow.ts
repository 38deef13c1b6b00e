import { join } from 'node:path';
import { lastRestored, near, pattern } from 'hot-fixture';
import { type FixpointFixtures, fixpointFixtures } from 'hot-fixture/vitest';
import { afterAll, test as base, describe, expect } from 'vitest';
import { Board } from './board.js';
import type { Place } from './places.js';

/** What is another value at each run, and may be. */
export const rules = {
  sameKeys: true,
  volatile: {
    created_at: near({ seconds: 60, of: 'now' }),
    users: { token: pattern(/[0-9a-f]{40}/) },
  },
};

/**
 * The flow of a user through the board, one test on what the other has left.
 * @param name of the folder of its fixpoints
 */
export function userFlow(name: string, make: (() => Promise<Place>) | null): void {
  let place: Place;
  const open = async () => {
    if (!make) throw new Error(`${name} is not here`);
    place = await make();
    return place.url;
  };
  const directory = join(import.meta.dirname, 'fixpoints', name);
  const test = base.extend<FixpointFixtures>(fixpointFixtures(open, { directory, ...rules }));
  afterAll(() => place?.drop());

  describe.skipIf(!make)(`the user flow on ${name}`, () => {
    test('registers a user', async ({ fixpoints }) => {
      const board = new Board(place);
      await board.register('Ann', 'ann@example.com');
      await board.register('Tom', 'tom@example.com');

      await fixpoints.storeUnlessPresent('registered_user');
      await expect(fixpoints).toMatchFixpoint('registered_user');
    });

    test('posts an item', async ({ fixpoints }) => {
      await fixpoints.restore('registered_user');
      await new Board(place).post('Tom', 'A lamp, nearly new', 1250);

      await expect(fixpoints).toMatchFixpoint('item_posted', { parent: lastRestored });
    });

    test('logs in, and changes nothing else', async ({ fixpoints }) => {
      await fixpoints.restore('item_posted');
      await new Board(place).logIn('Tom');

      await expect(fixpoints).not.toMatchFixpoint('item_posted');
      await expect(fixpoints).toMatchFixpoint('item_posted', {
        ignore: [{ users: ['last_login_at'] }],
      });
    });
  });
}
