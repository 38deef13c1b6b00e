/** Rows of another factory inside a row. Made by {@link one} and {@link many}. */
export class Nested {
  /** Gives the factory. It is no earlier asked for than when a row is made. */
  readonly factory: object;
  /** Null for one row that is no list. */
  readonly count: number | null;
  readonly overrides: ((row: object) => object) | null;

  constructor(factory: object, count: number | null, overrides: Nested['overrides']) {
    this.factory = factory;
    this.count = count;
    this.overrides = overrides;
  }
}

/**
 * A row of another factory as an attribute: `author: one(() => user)`. What the function gives is
 * not looked at by the compiler, so that two factories may name each other.
 * @param overrides what to make it with, for the row that it becomes a part of
 */
export function one(factory: object, overrides: Nested['overrides'] = null): Nested {
  return new Nested(factory, null, overrides);
}

/** A list of rows of another factory: `posts: many(() => post, 3, (user) => ({ author: user }))`. */
export function many(
  factory: object,
  count: number,
  overrides: Nested['overrides'] = null,
): Nested {
  return new Nested(factory, count, overrides);
}
