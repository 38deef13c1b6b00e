import type { Decision } from './policy/decision.js';

interface Spec<T> {
  readonly about: string;
  readonly default?: T;
  /** It may be left out although it has no default. */
  readonly optional?: true;
}

/** What an option takes; without a default it must be given, unless it is optional. */
export type OptionSpec =
  | (Spec<number> & { readonly type: 'integer'; readonly least: number; readonly most: number })
  | (Spec<boolean> & { readonly type: 'boolean' })
  | (Spec<string> & { readonly type: 'choice'; readonly choices: readonly string[] })
  /** Any text or number, as it is written in the policy. */
  | (Spec<string> & { readonly type: 'text' })
  /** The name of another column of the table, one that leaves too. */
  | (Spec<string> & { readonly type: 'column' })
  /** Of a JSON document, by path. */
  | (Spec<Decisions> & { readonly type: 'paths' });

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export type OptionValue = string | number | boolean | Decisions;

/** What becomes of the parts of a value, by their paths. */
export type Decisions = Readonly<Record<string, Decision>>;

type OptionOf<S extends OptionSpec> = S extends { type: 'integer' }
  ? number
  : S extends { type: 'boolean' }
    ? boolean
    : S extends { type: 'paths' }
      ? Decisions
      : S extends { choices: readonly (infer C)[] }
        ? C
        : string;

export type OptionsOf<S extends OptionSpecs> = {
  readonly [K in keyof S]: OptionOf<S[K]> | (S[K] extends { optional: true } ? undefined : never);
};

/** The option by which columns of one person, or of one row, are masked alike. */
export const per = {
  type: 'column',
  optional: true,
  about: 'The column that tells persons apart: what has one value there is masked as one person.',
} as const satisfies OptionSpec;
