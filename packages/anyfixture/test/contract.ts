import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stateOf } from '../../changes/test/contents.js';
import type { AnyFixture } from '../src/index.js';
import { Shop, type ShopSubject } from './shop.js';

/** What fixtures do on every dialect. */
export function fixtureContract(subject: ShopSubject): void {
  describe.skipIf(Boolean(subject.missing))(`fixture contract: ${subject.name}`, () => {
    let shop: Shop;
    let fixtures: AnyFixture;
    let empty: Awaited<ReturnType<typeof stateOf>>;
    const state = () => stateOf(shop.database);

    beforeAll(async () => {
      shop = await Shop.open(subject);
      await shop.run(`INSERT INTO account (name) VALUES ('before')`);
      empty = await state();
      fixtures = shop.fixtures();
    });
    afterEach(() => fixtures.reset());
    afterAll(() => shop?.close());

    const ann = () =>
      fixtures.register('ann', async () => {
        const account = await shop.account('Ann');
        await shop.run(
          `UPDATE account SET tag = 'new' WHERE name = 'Ann'`,
          `DELETE FROM account WHERE name = 'before'`,
        );
        return account;
      });

    it('knows inserts, updates and deletes of other connections, takes them back and brings them again', async () => {
      const account = await ann();
      const [table] = fixtures.changes('ann').tables;
      expect([table?.inserted.length, table?.deleted.length]).toEqual([1, 1]);
      const built = await state();
      await fixtures.clean();
      expect((await state()).rows).toEqual(empty.rows);
      expect(await ann()).toBe(account);
      expect(await state()).toEqual(built);
    });

    it('leaves nothing of a block that fails, and does not remember it', async () => {
      const failing = fixtures.register('bob', async () => {
        await ann();
        await shop.account('Bob');
        throw new RangeError('no');
      });
      await expect(failing).rejects.toThrow(RangeError);
      expect((await state()).rows).toEqual(empty.rows);
      const bob = await fixtures.register('bob', () => shop.account('Bob'));
      expect(await shop.names()).toEqual(['before', 'Bob']);
      expect(bob.name).toBe('Bob');
    });

    it('gives a clean state, and what was there back', async () => {
      await ann();
      await shop.run(`INSERT INTO account (name) VALUES ('left by a test')`);
      const full = await state();
      const failing = fixtures.withClean(async () => {
        expect((await state()).rows).toEqual(empty.rows);
        await shop.account('Eve');
        throw new RangeError('no');
      });
      await expect(failing).rejects.toThrow(RangeError);
      expect(await state()).toEqual(full);
    });

    it('loads a dump in place of the block: to the bit, sequences included', async () => {
      let runs = 0;
      const dump = (on: AnyFixture) =>
        on.registerDump(
          'users',
          async () => {
            runs += 1;
            const account = await shop.account('Dora');
            await shop.run(
              `INSERT INTO post (account_id, title) VALUES (${account.id}, 'one'), (${account.id}, NULL)`,
              `UPDATE account SET tag = 'x' WHERE name = 'before'`,
            );
            return account;
          },
          { watch: [] },
        );
      const account = await dump(fixtures);
      const built = await state();
      await fixtures.reset();
      const later = shop.fixtures();
      expect(await dump(later)).toEqual(account);
      expect(await state()).toEqual(built);
      await later.clean();
      expect((await state()).rows).toEqual(empty.rows);
      const { programUrl } = shop;
      const byProgram = shop.fixtures(programUrl === undefined ? {} : { dumps: { programUrl } });
      expect(await dump(byProgram)).toEqual(account);
      expect(await state()).toEqual(built);
      await byProgram.clean();
      const by = programUrl === undefined ? '' : ' by the client program';
      expect(byProgram.report().fixtures[0]?.how).toEqual([`loaded from its dump${by}`]);
      expect(runs).toBe(1);
    });

    it('keeps a fixture over the rewind of the test that asked for it first', async () => {
      await fixtures.checkpoint();
      await shop.run(`INSERT INTO account (name) VALUES ('of the test')`);
      const bob = await fixtures.register('bob', () => shop.account('Bob'));
      await fixtures.rewind();
      expect(await shop.names()).toEqual(['before', 'Bob']);
      await shop.run(`UPDATE account SET tag = 'changed' WHERE name = 'Bob'`);
      expect(await fixtures.refind('bob')).toEqual({ ...bob, tag: 'changed' });
      await fixtures.rewind();
      expect(await fixtures.refind('bob')).toEqual(bob);
    });
  });
}
