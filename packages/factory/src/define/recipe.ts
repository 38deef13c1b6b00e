import { type Generator, Literal, type ValueAt } from '@hot-fixture/generator';
import { fresh, isPlain } from './constant.js';
import { Draft, type Look, lookOf } from './draft.js';
import { nestedMaker, within } from './nest.js';
import { Nested } from './nested.js';
import { Numbering } from './numbering.js';
import type { Context } from './types.js';

/** Makes the value of an attribute for a row. */
export type Make = (row: number, context: Context<object, object> | null) => unknown;

export interface Step {
  readonly attribute: string;
  readonly make: Make;
}

type Row = Record<string, unknown>;

/**
 * The attributes of a factory, bound to a generator once, to make many rows from. Where no
 * attribute looks at another one, a row is made without any of what that takes.
 */
export class Recipe {
  readonly factory: string;
  readonly place: string;
  readonly #steps: readonly Step[];
  readonly #generator: Generator;
  readonly #params: object;
  readonly #look: Look | null;
  readonly #places = new Map<string, number>();
  readonly #draws = new Map<string, ReturnType<Generator['draws']>>();

  constructor(
    { name, place, params }: { name: string; place: string; params: object },
    attributes: Readonly<Row>,
    generator: Generator,
  ) {
    this.factory = name;
    this.place = place;
    this.#generator = generator;
    this.#params = params;
    const bound = Object.keys(attributes).map((attribute) =>
      bind(generator, { name, place }, attribute, attributes[attribute]),
    );
    this.#steps = bound.map(({ step }) => step);
    this.#steps.forEach(({ attribute }, i) => {
      this.#places.set(attribute, i);
    });
    this.#look = bound.some(({ looks }) => looks) ? lookOf(this.#steps) : null;
  }

  /** The next row. */
  next(): number {
    return this.#generator.rows.next(this.place);
  }

  /** Makes a row; what is given wins. */
  make(row: number, given: Readonly<Row> | undefined, params: object | undefined): Row {
    const look = this.#look;
    if (look) return within(this.factory, () => this.#worked(look, row, given, params));
    const made: Row = {};
    const steps = this.#steps;
    if (given === undefined) {
      for (let i = 0; i < steps.length; i += 1) {
        const step = steps[i] as Step;
        made[step.attribute] = step.make(row, null);
      }
      return made;
    }
    for (let i = 0; i < steps.length; i += 1) {
      const step = steps[i] as Step;
      const value = given[step.attribute];
      made[step.attribute] = value === undefined ? step.make(row, null) : value;
    }
    this.#addOthers(made, given);
    return made;
  }

  /** What a hook is told of the row. */
  contextOf(row: number, made: object, params: object | undefined): Context<object, object> {
    return {
      index: row,
      row: made,
      params: params === undefined ? this.#params : { ...this.#params, ...params },
      draws: (label) => this.#drawsOf(label)(row),
    };
  }

  #worked(
    look: Look,
    row: number,
    given: Readonly<Row> | undefined,
    params: object | undefined,
  ): Row {
    const draft = new Draft(this.factory, this.#steps, row);
    if (given) {
      for (const attribute in given) {
        const place = this.#places.get(attribute);
        if (place !== undefined && given[attribute] !== undefined)
          draft.give(place, given[attribute]);
      }
    }
    draft.context = this.contextOf(row, look(draft), params);
    const made: Row = {};
    for (let i = 0; i < this.#steps.length; i += 1) {
      made[(this.#steps[i] as Step).attribute] = draft.at(i);
    }
    if (given) this.#addOthers(made, given);
    return made;
  }

  /** What is given and not defined: a column, or an attribute that may be absent. */
  #addOthers(made: Row, given: Readonly<Row>): void {
    for (const attribute in given) {
      if (given[attribute] !== undefined && !this.#places.has(attribute)) {
        made[attribute] = given[attribute];
      }
    }
  }

  #drawsOf(label: string): ReturnType<Generator['draws']> {
    let draws = this.#draws.get(label);
    if (!draws) {
      draws = this.#generator.draws(this.place, label);
      this.#draws.set(label, draws);
    }
    return draws;
  }
}

interface Bound {
  readonly step: Step;
  /** Whether it may look at other attributes. */
  readonly looks: boolean;
}

function bind(
  generator: Generator,
  { name, place }: { name: string; place: string },
  attribute: string,
  defined: unknown,
): Bound {
  const simple = (make: Make): Bound => ({ step: { attribute, make }, looks: false });
  if (typeof defined === 'function') {
    return { step: { attribute, make: (_, context) => defined(context) }, looks: true };
  }
  if (defined instanceof Literal) return simple(() => defined.value);
  if (defined instanceof Nested) {
    return { step: { attribute, make: nestedMaker(name, attribute, defined) }, looks: true };
  }
  if (defined instanceof Numbering) {
    const { name: sequence, at } = defined;
    if (sequence === null) return simple((row) => at(row + 1));
    return simple(() => at(generator.nextSequence(sequence)));
  }
  if (isSpec(defined)) {
    const valueAt: ValueAt<unknown> = generator.attribute(place, attribute, defined as never);
    return simple(valueAt);
  }
  return simple(fresh(defined));
}

/** As the generator tells specs from values. */
function isSpec(value: unknown): boolean {
  return isPlain(value) && typeof (value as { type?: unknown }).type === 'string';
}
