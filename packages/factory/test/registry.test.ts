import { openDatabase } from '@hot-fixture/database';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openFactories, Registry, TestDataBuilder, tableFactory } from '../src/index.js';

const handle = new BetterSqlite3(':memory:');
handle.exec(`
  CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE post (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL REFERENCES author (id) ON DELETE CASCADE);
  CREATE TABLE tag (id INTEGER PRIMARY KEY);
  CREATE TABLE post_tag (post_id INTEGER NOT NULL REFERENCES post (id),
    tag_id INTEGER NOT NULL REFERENCES tag (id), PRIMARY KEY (post_id, tag_id))`);

const fresh = async () =>
  new Registry(await openFactories(await openDatabase(handle), { seed: 1 }))
    .register('post', tableFactory<{ id: number; author_id: number }>('post'))
    .register('tag', tableFactory<{ id: number }>('tag'))
    .register('author', tableFactory<{ id: number; name: string }>('author'));

test('a registry knows what depends on what, and the order of cleaning up', async () => {
  const registry = await fresh();
  expect(registry.metadata('post')).toMatchObject({ dependencies: ['author'], provides: [] });
  expect(registry.metadata('author')).toMatchObject({ provides: ['post'], tenantIsolated: false });
  expect(registry.resolveDependencies('post')).toEqual(['author', 'post']);
  const order = registry.cleanupOrder();
  expect(order.indexOf('post')).toBeLessThan(order.indexOf('author'));
});

test('names and relationships that are not there are refused', async () => {
  const registry = await fresh();
  const code = (it: string) => expect.objectContaining({ code: it });
  expect(() => registry.get('pots' as never)).toThrow(code('HFIT_REGISTRY_NAME'));
  expect(() => registry.register('tag', tableFactory('tag'))).toThrow(code('HFIT_REGISTRY_TAKEN'));
  const said = { name: 'posts', kind: 'oneToMany', source: 'author', target: 'post' } as const;
  expect(() => registry.relate({ ...said, required: false })).toThrow(
    code('HFIT_REGISTRY_RELATIONSHIP'),
  );
  registry.relate({ ...said, required: true, cascade: true });
});

test('many to many makes the rows between, each pair once', async () => {
  const registry = await fresh();
  const { topics } = await new TestDataBuilder(registry)
    .relationship()
    .manyToMany('topics', { left: 'post', right: 'tag', lefts: 3, rights: 4 })
    .build();
  expect([topics.left.length, topics.right.length]).toEqual([3, 4]);
  expect(handle.prepare('SELECT count(*) AS n FROM post_tag').get()).toEqual({ n: 12 });
});

test('one factory is cleaned up, and fails where rows of others point to its own', async () => {
  const registry = await fresh();
  const count = () => handle.prepare('SELECT count(*) AS n FROM tag').get();
  const before = count();
  const posts = await registry.createMany('post', 2);
  const [tag] = await registry.createMany('tag', 3);
  const calls: string[] = [];
  registry.onCleanup('tag', () => calls.push('first')).onCleanup('tag', () => calls.push('second'));
  const pair = tableFactory('post_tag', { post_id: posts[0]?.id, tag_id: tag?.id });
  await registry.source.of(pair).create();
  await expect(registry.cleanup('tag')).rejects.toMatchObject({ code: 'HFIT_FACTORY_REFUSED' });
  expect(registry.instances('tag')).toHaveLength(3);
  handle.exec(`DELETE FROM post_tag WHERE tag_id = ${tag?.id}`);
  await registry.cleanup('tag');
  expect(calls).toEqual(['second', 'first', 'second', 'first']);
  expect(count()).toEqual(before);
  expect(registry.instances('tag')).toEqual([]);
  expect(registry.instances('post')).toEqual(posts);
  await registry.cleanup('post');
  expect(handle.prepare(`SELECT id FROM post WHERE id = ${posts[0]?.id}`).get()).toBeUndefined();
});
