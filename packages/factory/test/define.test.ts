import { DataType, Generator, literal } from '@hot-fixture/generator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineFactory, many, one, sequence } from '../src/index.js';

interface User {
  id: number;
  name: string;
  email: string;
  role: 'admin' | 'user';
  tags: string[];
}

const user = () =>
  defineFactory<User>('user', {
    id: sequence(),
    name: DataType.name,
    email: ({ row }) => `${row.name.replaceAll(' ', '.')}@example.com`,
    role: 'user',
    tags: ['new'],
  }).using(new Generator({ seed: 1 }));

describe('a factory', () => {
  it('makes rows by its definition, and what is given wins', () => {
    const made = user().build({ name: 'Ada', role: undefined });
    expect(made).toEqual({
      ...{ id: 1, name: 'Ada', email: 'Ada@example.com', role: 'user', tags: ['new'] },
    });
  });

  it('never changes, whatever is chained', () => {
    const plain = user();
    const { definition } = plain;
    const before = { ...definition };
    plain
      .set({ role: 'admin' })
      .trait('x', { name: 'X' })
      .as('x')
      .afterBuild(() => {});
    expect({ ...plain.definition }).toEqual(before);
    expect(plain.build().role).toBe('user');
  });

  it('makes what can be changed anew for each row', () => {
    const [a, b] = user().buildMany(2);
    a?.tags.push('changed');
    expect(b?.tags).toEqual(['new']);
  });

  it('has traits, with arguments too, which stay when it is extended', () => {
    const traits = user()
      .trait('admin', { role: 'admin' })
      .trait('named', (factory, name: string) => factory.set({ name }));
    expect(traits.as('admin').as('named', 'Ada').build()).toMatchObject({
      ...{ role: 'admin', name: 'Ada', email: 'Ada@example.com' },
    });
    const member = traits.extend<{ level: number }>('member', { level: ({ row }) => row.id * 10 });
    expect(member.as('admin').build()).toMatchObject({ id: 3 - 1, role: 'admin', level: 20 });
    expect(() => traits.as('unknown' as 'admin')).toThrow(
      expect.objectContaining({ code: 'HFIT_FACTORY_TRAIT' }),
    );
  });

  it('takes parameters, which are no attributes', () => {
    const greeting = defineFactory<{ text: string }, { name: string; loud?: boolean }>('greeting', {
      text: ({ params }) => `Hello ${params.name}${params.loud ? '!' : ''}`,
    });
    expect(greeting.build({}, { name: 'Ada' })).toEqual({ text: 'Hello Ada' });
    expect(greeting.given({ name: 'Bob' }).build({}, { loud: true })).toEqual({
      text: 'Hello Bob!',
    });
  });

  it('runs hooks in their order, and leaves them out of the attributes alone', () => {
    const hooked = user()
      .afterBuild((row) => void row.tags.push('a'))
      .afterBuild((row, { index }) => void row.tags.push(`b${index}`));
    expect(hooked.build().tags).toEqual(['new', 'a', 'b0']);
    expect(hooked.attributesFor().tags).toEqual(['new']);
  });

  it('counts by rows, or in a sequence that it shares', () => {
    const generator = new Generator({ seed: 1 });
    const invoice = defineFactory<{ no: string }>('invoice', {
      no: sequence('document', (n) => `D-${n}`),
    }).using(generator);
    const order = defineFactory<{ no: string }>('order', {
      no: sequence('document', (n) => `D-${n}`),
    }).using(generator);
    expect([invoice.build().no, order.build().no, invoice.build().no]).toEqual([
      ...['D-1', 'D-2', 'D-3'],
    ]);
    const users = user();
    const admins = users.extend('admin', { role: 'admin' });
    expect([users.build().id, admins.build().id, users.build().id]).toEqual([1, 2, 3]);
  });

  it('takes a literal as it is', () => {
    const spec = defineFactory<{ of: { type: string } }>('spec', {
      of: literal({ type: 'email' }),
    });
    expect(spec.build()).toEqual({ of: { type: 'email' } });
  });

  it('tells of attributes that wait for each other, with their path', () => {
    const round = defineFactory<{ a: number; b: number; c: number }>('round', {
      a: ({ row }) => row.b + 1,
      b: ({ row }) => row.c + 1,
      c: ({ row }) => row.b + 1,
    });
    const path = 'b → c → b';
    expect(() => round.build()).toThrow(
      expect.objectContaining({
        code: 'HFIT_FACTORY_ATTRIBUTE_CYCLE',
        message: expect.stringContaining(path),
      }),
    );
    expect(round.build({ c: 1 })).toEqual({ a: 3, b: 2, c: 1 });
  });
});

interface Author {
  name: string;
  posts: Post[];
}
interface Post {
  title: string;
  author: Author | null;
}

describe('factories that name each other', () => {
  it('are no cycle where one gives the other its row', () => {
    const author = defineFactory<Author>('author', {
      name: 'Ada',
      posts: many(
        () => post,
        2,
        (row) => ({ author: row }),
      ),
    });
    const post = defineFactory<Post>('post', { title: 'On engines', author: one(() => author) });
    const made = author.build({ name: 'Bob' });
    expect(made.posts.map((it) => it.author?.name)).toEqual([...['Bob', 'Bob']]);
  });

  it('are told of with their path, where they need each other without end', () => {
    const author = defineFactory<Author>('author', { name: 'Ada', posts: many(() => post, 1) });
    const post = defineFactory<Post>('post', { title: 'On engines', author: one(() => author) });
    expect(() => post.build()).toThrow(
      expect.objectContaining({
        code: 'HFIT_FACTORY_CYCLE',
        message: expect.stringContaining('post.author → author.posts → post.author'),
      }),
    );
    expect(post.build({ author: null })).toMatchObject({ author: null });
  });

  it('are told of also where functions hide it', () => {
    const author = defineFactory<Author>('author', {
      name: 'Ada',
      posts: (): Post[] => post.buildMany(1),
    });
    const post = defineFactory<Post>('post', { title: 'x', author: (): Author => author.build() });
    expect(() => post.build()).toThrow(expect.objectContaining({ code: 'HFIT_FACTORY_CYCLE' }));
    expect(() => user().build()).not.toThrow();
  });
});

describe('values', () => {
  const specs = {
    name: DataType.name,
    email: DataType.email,
    age: { type: 'integer', min: 1, max: 99 },
    city: { type: 'address', part: 'city' },
    n: sequence(),
  } as const;

  it('depend on the seed, the factory, the row and the attribute alone', () => {
    const names = Object.keys(specs) as (keyof typeof specs)[];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(names, { minLength: 1 }),
        fc.integer(),
        fc.integer({ min: 0, max: 20 }),
        (some, seed, before) => {
          const whole = defineFactory<Record<string, unknown>>('it', specs as never);
          const part = defineFactory<Record<string, unknown>>(
            'it',
            Object.fromEntries(some.map((name) => [name, specs[name]])) as never,
          );
          const all = whole.using(new Generator({ seed })).buildMany(before + 2);
          const some2 = part.using(new Generator({ seed })).buildMany(before + 2);
          all.forEach((row, i) => {
            for (const name of some) expect(some2[i]?.[name]).toEqual(row[name]);
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});
