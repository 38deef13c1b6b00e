import { type Filter, parseFilter, variablesOf } from '@hot-fixture/database';
import type { Field } from '@hot-fixture/document';
import { HfitError } from '@hot-fixture/errors';
import { placed } from '../placed.js';
import type { Parameter, Text } from './model.js';
import { parseText } from './text.js';

/** The names that may be used from here on. */
export class Scope {
  readonly parameters: readonly Parameter[];
  readonly #known: Set<string>;

  constructor(parameters: readonly Parameter[]) {
    this.parameters = parameters;
    this.#known = new Set(parameters.flatMap(({ name }, i) => [name, String(i + 1)]));
  }

  add(variable: string): void {
    this.#known.add(variable);
  }

  check(variables: readonly string[], where: string): void {
    const variable = variables.find((it) => !this.#known.has(it));
    if (variable === undefined) return;
    const known = [...this.#known].filter((it) => !/^\d+$/.test(it)).join(', ') || 'none';
    throw new HfitError('HFIT_TEMPLATE_VARIABLE', { variable, known }, { where });
  }

  text(field: Field): Text {
    const text = parseText(field.text(), field.where);
    this.check(
      text.pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.variable])),
      field.where,
    );
    return text;
  }

  filter(field: Field | undefined): Filter {
    if (!field) return { where: null, orderBy: [], limit: null };
    const text = field.text();
    const filter = placed(field.where, () => parseFilter(text));
    this.check(variablesOf(filter), field.where);
    return filter;
  }
}
