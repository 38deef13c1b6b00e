import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataType, Generator, literal, type Spec } from '../src/index.js';
import { specs } from './specs.js';

const rows = fc.integer({ min: 0, max: 10 ** 12 });
const names = fc.string({ minLength: 1, maxLength: 12 });
const schemas = fc.dictionary(
  names.filter((it) => it !== '__proto__'),
  specs,
  { minKeys: 1, maxKeys: 5 },
);

describe('a value depends on the seed, the factory, the row and the attribute', () => {
  test('adding a field changes no other value', () => {
    fc.assert(
      fc.property(schemas, names, specs, rows, (schema, name, spec, row) => {
        fc.pre(!Object.hasOwn(schema, name) && name !== '__proto__');
        const before = new Generator({ seed: 1 }).objects('user', schema)(row);
        const after = new Generator({ seed: 1 }).objects('user', { [name]: spec, ...schema })(row);
        delete after[name];
        expect(after).toEqual(before);
      }),
    );
  });

  test('the order of fields, rows and factories changes no value', () => {
    fc.assert(
      fc.property(schemas, fc.array(rows, { minLength: 1, maxLength: 8 }), (schema, rows) => {
        const there = new Generator({ seed: 1 });
        const users = there.objects('user', schema);
        const first = rows.map((row) => users(row));
        const back = new Generator({ seed: 1 });
        const turned = Object.fromEntries(Object.entries(schema).reverse());
        const others = back.objects('order', schema);
        const again = back.objects('user', turned);
        const second = rows.toReversed().map((row) => {
          others(row);
          return again(row);
        });
        expect(second.reverse()).toEqual(first);
      }),
    );
  });

  test('any number of workers makes the same rows', () => {
    fc.assert(
      fc.property(schemas, fc.integer({ min: 1, max: 7 }), (schema, workers) => {
        const whole = new Generator({ seed: 1 }).objects('user', schema);
        for (let row = 0; row < 20; row++) {
          // Each worker is a generator of its own, and takes the rows that fall to it.
          const worker = new Generator({ seed: 1, worker: row % workers });
          expect(worker.objects('user', schema)(row)).toEqual(whole(row));
        }
      }),
      { numRuns: 20 },
    );
  });

  test('another seed, factory, attribute or row gives another value', () => {
    const value = (seed: number, factory: string, attribute: string, row: number) =>
      new Generator({ seed }).attribute(factory, attribute, 'uuid')(row);
    const one = value(1, 'a', 'b', 0);
    expect(value(1, 'a', 'b', 0)).toBe(one);
    const others = [
      value(2, 'a', 'b', 0),
      value(1, 'b', 'b', 0),
      value(1, 'a', 'a', 0),
      value(1, 'a', 'b', 1),
    ];
    // Names are not glued together: "a" + "bc" is another place than "ab" + "c".
    others.push(value(1, 'ab', 'c', 0), value(1, 'a', 'bc', 0));
    expect(new Set([one, ...others]).size).toBe(7);
  });

  test('the values of today are the values of all days', () => {
    const schema = Object.fromEntries(Object.entries(DataType));
    const object = new Generator({ seed: 42 }).objects('user', schema);
    expect([object(0), object(123_456)]).toMatchSnapshot();
  });
});

test('a row that is none is refused', () => {
  const email = new Generator({ seed: 1 }).attribute('user', 'email', 'email');
  for (const row of [-1, 0.5, Number.NaN, 10 ** 14, Number.POSITIVE_INFINITY]) {
    expect(() => email(row)).toThrow(expect.objectContaining({ code: 'HFIT_GENERATOR_ROW' }));
  }
});

describe('one value after the other', () => {
  test('each call gives the next, and other specs do not interfere', () => {
    const a = new Generator({ seed: 1 });
    const plain = [a.generate('email'), a.generate('email'), a.generate('email')];
    expect(new Set(plain).size).toBe(3);
    const b = new Generator({ seed: 1 });
    const mixed = plain.map(() => {
      b.generate('name');
      b.generate({ type: 'integer', min: 1, max: 6 });
      return b.generate('email');
    });
    expect(mixed).toEqual(plain);
  });

  test('equal specs are one, in whatever order their options stand', () => {
    const generator = new Generator({ seed: 1 });
    const seen = new Set<number>();
    for (let i = 0; i < 3; i++) {
      seen.add(generator.generate({ type: 'integer', min: 0, max: 5, unique: true }));
      seen.add(generator.generate({ unique: true, max: 5, min: 0, type: 'integer' }));
    }
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(() => generator.generate({ type: 'integer', min: 0, max: 5, unique: true })).toThrow(
      expect.objectContaining({ code: 'HFIT_GENERATOR_EXHAUSTED' }),
    );
  });

  test('specs of values that have no text are told apart', () => {
    const generator = new Generator({ seed: 1 });
    const one = (value: unknown) => generator.generate({ type: 'oneOf', values: [value] });
    const values = [() => 1, () => 1, new Map(), new Map(), 1n, '1n', 1, Symbol('a'), {}, [], null];
    for (const value of [...values, ...values]) expect(one(value)).toBe(value);
  });

  test('values that have no text change no chance', () => {
    const picks = () => {
      const values = Array.from({ length: 1000 }, (_, i) => () => i);
      return new Generator({ seed: 1 }).generate({ type: 'oneOf', values })();
    };
    expect(picks()).toBe(picks());
  });

  test('reset begins anew', () => {
    const generator = new Generator({ seed: 1 });
    const run = () => [
      generator.generate('name'),
      generator.object({ a: DataType.uuid }),
      generator.nextSequence('n'),
    ];
    const first = run();
    expect(run()).not.toEqual(first);
    generator.reset();
    expect(run()).toEqual(first);
  });
});

describe('an object of a schema', () => {
  test('takes types, specs with options, and literals', () => {
    const generator = new Generator({ seed: 1 });
    const at = new Date(0);
    const object = generator.object({
      name: DataType.name,
      age: { type: 'integer', min: 18, max: 18 },
      plan: 'professional',
      word: 'email',
      tags: ['a', { type: 'b' }],
      nothing: null,
      at,
      shape: literal({ type: 'integer' }),
    });
    expect(object).toEqual({
      name: expect.stringMatching(/^\S+ \S+$/),
      ...{
        age: 18,
        plan: 'professional',
        word: 'email',
        tags: ['a', { type: 'b' }],
        nothing: null,
        at,
      },
      shape: { type: 'integer' },
    });
  });

  test('is another each time, and every factory counts its own rows', () => {
    const generator = new Generator({ seed: 1 });
    const schema = { email: DataType.email };
    const users = [generator.object(schema, 'user'), generator.object(schema, 'user')];
    const order = generator.object(schema, 'order');
    expect(users[0]).not.toEqual(users[1]);
    expect(users).toEqual([0, 1].map(new Generator({ seed: 1 }).objects('user', schema)));
    expect(order).toEqual(new Generator({ seed: 1 }).objects('order', schema)(0));
  });

  test('a type that nobody makes is refused, and told where', () => {
    const typo = { customer: { type: 'emial' } as unknown as Spec };
    expect(() => new Generator({ seed: 1 }).object(typo, 'user')).toThrow(
      expect.objectContaining({ code: 'HFIT_GENERATOR_TYPE', where: 'user.customer' }),
    );
  });
});

test('free draws are those of their row', () => {
  const draws = new Generator({ seed: 1 }).draws('user', 'photo');
  const first = draws(5).bytes(40);
  draws(6).bytes(3);
  expect(draws(5).bytes(40)).toEqual(first);
  expect(draws(6).bytes(40)).not.toEqual(first);
});
