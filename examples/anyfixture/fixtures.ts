import { AnyFixture, openDatabase } from 'hot-fixture';
import { createAccount, createPost, handle } from './app.js';

export const fixtures = new AnyFixture(await openDatabase(handle))
  .define('account', () => createAccount({ name: 'test' }))
  .define('post', async (fixtures) => {
    const account = await fixtures.register('account');
    return createPost(account, 'Hello');
  });
