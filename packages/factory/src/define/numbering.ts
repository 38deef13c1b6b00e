/** Made by {@link sequence}. */
export class Numbering<V> {
  /** The sequence of the generator that it counts in; null for the rows of the factory itself. */
  readonly name: string | null;
  readonly at: (number: number) => V;

  constructor(name: string | null, at: (number: number) => V) {
    this.name = name;
    this.at = at;
  }
}

/**
 * A value by number: 1 for the first row of the factory, 2 for the second. With a name it counts in
 * a sequence that other factories may take numbers from, too.
 */
export function sequence(): Numbering<number>;
export function sequence<V>(at: (number: number) => V): Numbering<V>;
export function sequence(name: string): Numbering<number>;
export function sequence<V>(name: string, at: (number: number) => V): Numbering<V>;
export function sequence(...args: unknown[]): Numbering<unknown> {
  const name = typeof args[0] === 'string' ? args[0] : null;
  const at = args.find((it) => typeof it === 'function') as ((n: number) => unknown) | undefined;
  return new Numbering(name, at ?? ((number) => number));
}
