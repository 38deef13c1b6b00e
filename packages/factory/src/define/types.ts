import type { DataTypes, Draws, Literal, Spec, TypeName } from '@hot-fixture/generator';
import type { Nested } from './nested.js';
import type { Numbering } from './numbering.js';

/** No members at all. */
export type None = Record<never, never>;

/** What an attribute that is worked out may look at. */
export interface Context<T, P = None> {
  /** Which row of the factory this is, from 0. */
  readonly index: number;
  /** The other attributes, in whatever order they stand: each is made when it is looked at. */
  readonly row: Readonly<T>;
  readonly params: Readonly<P>;
  /** Chance that depends on the seed, the factory, the row and this label alone. */
  draws(label: string): Draws;
}

type OneOf<V> = Omit<Spec<'oneOf'>, 'values'> & { readonly values: readonly V[] };

/** The specs whose values are of type `V`. */
export type SpecFor<V> =
  | {
      [K in Exclude<TypeName, 'oneOf'>]: DataTypes[K]['value'] extends V ? Spec<K> : never;
    }[Exclude<TypeName, 'oneOf'>]
  | OneOf<V>;

/** Values that are taken as they are. In place of `unknown`, which would swallow all the others. */
type Plain<V> = unknown extends V
  ? string | number | bigint | boolean | object | null | undefined
  : V;

/**
 * How an attribute is made: a value, a spec of the generator, a sequence, a function of the other
 * attributes, or rows of another factory. A value that looks like one of those is `literal(…)`.
 */
export type Attribute<V, T, P> =
  | Plain<V>
  | SpecFor<V>
  | Numbering<V>
  | Literal<V>
  | Nested
  | ((context: Context<T, P>) => V);

/** How all attributes of `T` are made. */
export type Attributes<T, P = None, Row = T> = {
  readonly [K in keyof T]: Attribute<T[K], Row, P>;
};

/** Values for some attributes; `undefined` is the same as leaving it out. */
export type Overrides<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** What a row is made with: values, and the parameters, which are asked for where one is required. */
export type Arguments<T, P> = None extends P
  ? [overrides?: Overrides<T>, params?: P]
  : [overrides: Overrides<T> | undefined, params: P];

/** `T` with the members of `X` in place of its own. */
export type Merged<T, X> = None extends X ? (keyof X extends never ? T : Flat<T, X>) : Flat<T, X>;
type Flat<T, X> = {
  [K in keyof T | keyof X]: K extends keyof X ? X[K] : K extends keyof T ? T[K] : never;
};

/** The parameters that are left when some were given. */
export type Without<P, K> = { [N in keyof P as N extends K ? never : N]: P[N] } & {
  [N in keyof P as N extends K ? N : never]?: P[N];
};

/** The traits of a factory, each with the arguments that it takes. */
export type Traits = Record<string, readonly unknown[]>;
