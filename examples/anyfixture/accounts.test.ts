import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countAccounts, createAccount, createPost, db, listPosts, rename } from './app.js';
import { fixtures } from './fixtures.js';

afterAll(async () => {
  await fixtures.clean();
  await fixtures.close();
});

describe('accounts', () => {
  it('have a name', async () => {
    const account = await fixtures.register('account');
    expect(account.name).toBe('test');
  });

  it('list their posts', async () => {
    // The same account: it is not created twice.
    const account = await fixtures.register('account');
    await createPost(account, 'A post of the test');
    expect(await listPosts(account)).toEqual(['A post of the test']);
  });
});

describe('a block that is given where it is needed', () => {
  it('runs once for its name', async () => {
    const second = () =>
      fixtures.register('second account', async () => {
        const account = await createAccount({ name: 'second' });
        await rename(account, 'renamed');
        return account;
      });
    expect(await second()).toBe(await second());
  });
});

describe('calls by themselves', () => {
  const { fixture, refind } = fixtures.dsl();

  it('fetch a fixture, as it was built or as it is now', async () => {
    const account = await fixture('account');
    await rename(account, 'another name');
    expect((await fixture('account')).name).toBe('test');
    expect((await refind('account')).name).toBe('another name');
  });
});

describe('tests that each begin with the same data', () => {
  beforeAll(async () => {
    await fixtures.reset();
    await fixtures.register('post');
    await fixtures.checkpoint();
  });

  it.each(['one', 'two'])('undo what they did: %s', async () => {
    const account = await fixtures.register('account');
    expect(await listPosts(account)).toEqual(['Hello']);
    await createPost(account, 'Another');
    await fixtures.rewind();
    expect(await listPosts(account)).toEqual(['Hello']);
  });
});

describe('hooks', () => {
  it('are called around a reset', async () => {
    const calls: string[] = [];
    const off = fixtures.beforeReset(async () => {
      calls.push('before');
      await db.deleteFrom('post').execute();
    });
    const offAfter = fixtures.afterReset(() => calls.push(`after`));
    await fixtures.register('post');
    await fixtures.reset();
    expect(calls).toEqual(['before', 'after']);
    off();
    offAfter();
  });
});

describe('the global state', () => {
  it('is empty for a block that needs it so', async () => {
    await fixtures.register('account');

    await fixtures.withClean(async () => {
      expect(await countAccounts()).toBe(0);
    });
    expect(await countAccounts()).toBe(1);
  });
});

describe('a group on a clean database', () => {
  beforeAll(() => fixtures.disable());
  afterAll(() => fixtures.enable());

  it('finds no account', async () => {
    expect(await countAccounts()).toBe(0);
  });
});

describe('what a fixture did', () => {
  it('is told as a change set', async () => {
    await fixtures.register('post');
    const [posts] = fixtures.changes('post').tables;
    expect(posts).toMatchObject({
      name: 'post',
      inserted: [[expect.anything(), expect.anything(), 'Hello']],
    });
  });
});
