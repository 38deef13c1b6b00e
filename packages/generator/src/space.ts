import { Draws, mostChoices } from './draws.js';

/** A finite set of values that can be counted through. */
export interface Space<T> {
  /** How many different values it has at least: 1 to 2^48. */
  readonly size: number;
  /**
   * Another value for each index from 0 to `size - 1`. What the index leaves open is drawn.
   */
  at(index: number, draws: Draws): T;
  /** Draws one, each as often as any other: where that takes less than finding its index. */
  draw?(draws: Draws): T;
}

/** The values of a list; one that stands there twice is one. */
export function listed<T>(values: readonly T[]): Space<T> {
  const list = [...new Set(values)];
  return { size: list.length, at: (index) => list[index] as T };
}

/** The values of several spaces that have none in common. */
export function joined<T>(spaces: readonly Space<T>[]): Space<T> {
  return {
    size: Math.min(
      mostChoices,
      spaces.reduce((sum, { size }) => sum + size, 0),
    ),
    at(index, draws) {
      let rest = index;
      for (const space of spaces) {
        if (rest < space.size) return space.at(rest, draws);
        rest -= space.size;
      }
      throw new RangeError(`index ${index} lies outside of its space`);
    },
  };
}

/**
 * Everything that `make` can make, counted through its choices. Other choices must make another
 * value, and none may leave fewer choices than taking the first each time does.
 */
export function composed<T>(make: (draws: Draws) => T): Space<T> {
  const count = new CountingDraws();
  make(count);
  const chosen = new ChosenDraws();
  return {
    size: count.size,
    at: (index, draws) => make(chosen.by(index, count.size, draws)),
    draw: make,
  };
}

abstract class ChoiceDraws extends Draws {
  override byte(): number {
    return this.below(256);
  }

  protected override number(width: 4 | 6): number {
    return this.below(2 ** (8 * width));
  }
}

/** Always takes the first, and counts among how many ways that was one. */
class CountingDraws extends ChoiceDraws {
  size = 1;

  override below(n: number): number {
    this.size = Math.min(mostChoices, this.size * n);
    return 0;
  }
}

/** Reads its choices from an index as digits of a number, and draws those that lie beyond it. */
class ChosenDraws extends ChoiceDraws {
  #index = 0;
  #left = 1;
  #draws!: Draws;

  by(index: number, size: number, draws: Draws): this {
    this.#index = index;
    this.#left = size;
    this.#draws = draws;
    return this;
  }

  override below(n: number): number {
    if (this.#left <= 1) return this.#draws.below(n);
    if (this.#left < n) {
      const width = Math.floor(n / this.#left);
      this.#left = 1;
      return this.#index * width + this.#draws.below(width);
    }
    const digit = this.#index % n;
    this.#index = Math.floor(this.#index / n);
    this.#left = Math.ceil(this.#left / n);
    return digit;
  }
}
