import { codes } from './codes/index.js';
import type { Definition } from './define.js';
import type { Kind } from './kinds.js';

export type Code = keyof typeof codes;

type Placeholders<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Placeholder<Name> | Placeholders<Rest>
  : never;

/** In `${{name}}` it is the inner braces that count; what holds a space is no placeholder. */
type Placeholder<Name extends string> = Name extends `${string}{${infer Inner}`
  ? Placeholder<Inner>
  : Name extends `${string} ${string}`
    ? never
    : Name;

/** The values that the texts of a code ask for. */
export type Values<C extends Code> = {
  [K in Placeholders<(typeof codes)[C]['what'] | (typeof codes)[C]['todo']>]: string | number;
};

export interface Context {
  /** File, line, export, table … as precise as it is known. */
  where?: string;
  cause?: unknown;
}

/** An error as it travels as JSON: in an HTTP answer, or from `--json`. */
export interface ErrorDocument {
  code: Code;
  what: string;
  where?: string;
  todo: string;
}

/** The only error that a public function throws on purpose. */
export class HfitError<C extends Code = Code> extends Error {
  override readonly name = 'HfitError';
  readonly code: C;
  readonly kind: Kind;
  /** What happened, in one line. */
  readonly what: string;
  /** Where it happened: a file and line, an export, a table, a URL without its password. */
  where: string | undefined;
  /** What to do about it. */
  readonly todo: string;

  constructor(code: C, values: Values<C>, context: Context = {}) {
    const definition: Definition = codes[code];
    const what = fill(definition.what, values);
    const todo = fill(definition.todo, values);
    super('', context.cause === undefined ? undefined : { cause: context.cause });
    this.code = code;
    this.kind = definition.kind;
    this.what = what;
    this.where = context.where;
    this.todo = todo;
    this.message = this.#text();
  }

  /** Tells where it happened, for a caller that knows more of it than its callee. */
  at(where: string): this {
    this.where = this.where === undefined ? where : `${where}: ${this.where}`;
    this.message = this.#text();
    return this;
  }

  toJSON(): ErrorDocument {
    const where = this.where === undefined ? {} : { where: this.where };
    return { code: this.code, what: this.what, ...where, todo: this.todo };
  }

  #text(): string {
    const where = this.where === undefined ? '' : `\n  where: ${this.where}`;
    return `${this.code}: ${this.what}${where}\n  to do: ${this.todo}`;
  }
}

function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
