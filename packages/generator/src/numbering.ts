import { permutation } from './permutation.js';
import type { Key } from './threefry.js';

/** So many rows can be told apart by a number. */
export const mostNumbers = 10 ** 14;

/**
 * A number of its own for each row, in no order that shows, and no longer than it has to be: the
 * first ten rows have one digit, the next ninety two, and so on.
 */
export function numbering(key: Key): (row: number) => number {
  const within: ((index: number) => number)[] = [];
  return (row) => {
    let digits = 1;
    let least = 0;
    let next = 10;
    while (row >= next) {
      digits += 1;
      least = next;
      next *= 10;
    }
    within[digits] ??= permutation(next - least, key);
    return least + within[digits]!(row - least);
  };
}
