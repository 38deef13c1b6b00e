/** What builds a fixture. It gets the fixtures, to use others. */
export type Block<Fixtures, T> = (fixtures: Fixtures) => T | Promise<T>;

/** Lets only names through that no fixture has; the message stands in the type. */
export type NewName<Name extends string, Values> = Name extends keyof Values
  ? `the fixture "${Name}" is defined, and its value is of another type`
  : Name;
