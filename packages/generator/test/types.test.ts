import { expect, expectTypeOf, test } from 'vitest';
import { DataType, Generator, type LocaleName, literal, type ValueAt } from '../src/index.js';

declare module '../src/index.js' {
  interface DataTypes {
    /** What a third party adds. */
    plate: { options: { readonly town?: string }; value: `${string}-HF ${number}` };
  }
}

const generator = new Generator({ seed: 1 });

test('a type gives the value that it says', () => {
  expectTypeOf(generator.generate('email')).toEqualTypeOf<string>();
  expectTypeOf(generator.generate(DataType.integer)).toEqualTypeOf<number>();
  expectTypeOf(generator.generate({ type: 'datetime', from: '2024-01-01' })).toEqualTypeOf<Date>();
  expectTypeOf(generator.generate({ type: 'boolean', unique: true })).toEqualTypeOf<boolean>();
  expectTypeOf(generator.generate('locale')).toEqualTypeOf<LocaleName>();
  expectTypeOf(generator.attribute('a', 'b', 'bytes')).toEqualTypeOf<ValueAt<Uint8Array>>();
  expect(generator.generate('decimal')).toBeTypeOf('string');
});

test('a choice gives one of its values, and nothing else', () => {
  const status = generator.generate({ type: 'oneOf', values: ['open', 'closed'], weights: [9, 1] });
  expectTypeOf(status).toEqualTypeOf<'open' | 'closed'>();
  expect(['open', 'closed']).toContain(status);
});

test('an object has the types of its schema, literals among them', () => {
  const object = generator.object({
    name: DataType.name,
    age: { type: 'integer', min: 18 },
    plan: 'professional',
    nothing: null,
    shape: literal({ type: 'integer' }),
    settings: { type: 'json', schema: { dark: DataType.boolean, size: 3 } },
  });
  expectTypeOf(object.name).toEqualTypeOf<string>();
  expectTypeOf(object.age).toEqualTypeOf<number>();
  expectTypeOf(object.plan).toEqualTypeOf<'professional'>();
  expectTypeOf(object.nothing).toEqualTypeOf<null>();
  expectTypeOf(object.shape).toEqualTypeOf<{ type: string }>();
  expectTypeOf(object.settings).toEqualTypeOf<{ dark: boolean; size: 3 }>();
  expect(object.settings.size).toBe(3);
});

test('a type of a third party is a type like any other', () => {
  const cars = new Generator({
    seed: 1,
    providers: [
      {
        name: 'cars',
        supports: ({ type }) => type === 'plate',
        source: ({ town }) => ({ draw: (draws) => `${town}-HF ${draws.integer(1000, 9999)}` }),
      },
    ],
  });
  const plate = cars.generate({ type: 'plate', town: 'K' });
  expectTypeOf(plate).toEqualTypeOf<`${string}-HF ${number}`>();
  expect(plate).toMatch(/^K-HF \d{4}$/);
});

test('what cannot be meant does not compile, and is refused when it runs', () => {
  const wrong: (() => unknown)[] = [
    // @ts-expect-error: there is no such type
    () => generator.generate('emial'),
    // @ts-expect-error: there is no such option
    () => generator.generate({ type: 'email', lenght: 3 }),
    // @ts-expect-error: an option of another type
    () => generator.generate({ type: 'boolean', min: 3 }),
    // @ts-expect-error: there is no such locale
    () => generator.generate({ type: 'name', locale: 'xx' }),
    // @ts-expect-error: there is no such vendor
    () => generator.attribute('a', 'b', { type: 'macAddress', vendor: 'acme' }),
    // @ts-expect-error: a choice needs values
    () => generator.generate({ type: 'oneOf' }),
    // @ts-expect-error: a distribution needs its numbers
    () => generator.generate({ type: 'integer', distribution: { kind: 'normal' } }),
  ];
  for (const call of wrong) expect(call).toThrow(/^HFIT_GENERATOR_/);
});
