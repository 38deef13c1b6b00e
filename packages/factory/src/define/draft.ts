import { HfitError } from '@hot-fixture/errors';
import type { Step } from './recipe.js';
import type { Context } from './types.js';

/** Gives the object through which attributes look at each other. */
export type Look = (draft: Draft) => object;

const of = Symbol('draft');

/** One getter for each attribute, made once for all rows. */
export function lookOf(steps: readonly Step[]): Look {
  class Row {
    readonly [of]: Draft;

    constructor(draft: Draft) {
      this[of] = draft;
    }
  }
  steps.forEach(({ attribute }, i) => {
    Object.defineProperty(Row.prototype, attribute, {
      enumerable: true,
      get(this: Row) {
        return this[of].at(i);
      },
    });
  });
  return (draft) => new Row(draft);
}

const absent = 0;
const begun = 1;
const made = 2;

/** A row whose attributes are made when they are first looked at. */
export class Draft {
  context: Context<object, object> | null = null;
  readonly #factory: string;
  readonly #steps: readonly Step[];
  readonly #row: number;
  readonly #values: unknown[];
  readonly #states: number[];
  readonly #open: number[] = [];

  constructor(factory: string, steps: readonly Step[], row: number) {
    this.#factory = factory;
    this.#steps = steps;
    this.#row = row;
    this.#values = new Array(steps.length);
    this.#states = new Array(steps.length).fill(absent);
  }

  give(place: number, value: unknown): void {
    this.#values[place] = value;
    this.#states[place] = made;
  }

  at(place: number): unknown {
    const state = this.#states[place];
    if (state === made) return this.#values[place];
    if (state === begun) throw this.#cycle(place);
    this.#states[place] = begun;
    this.#open.push(place);
    const value = (this.#steps[place] as Step).make(this.#row, this.context);
    this.#open.pop();
    this.give(place, value);
    return value;
  }

  #cycle(place: number): HfitError {
    const places = [...this.#open.slice(this.#open.indexOf(place)), place];
    const path = places.map((it) => (this.#steps[it] as Step).attribute).join(' → ');
    return new HfitError('HFIT_FACTORY_ATTRIBUTE_CYCLE', { factory: this.#factory, path });
  }
}
