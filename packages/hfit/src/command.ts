import type { Home } from './state/home.js';

/** One value that stands by its place. */
export interface ArgumentSpec {
  readonly name: string;
  readonly text: string;
  readonly optional?: boolean;
  /** Takes all that follow; only the last one may. */
  readonly many?: boolean;
  readonly choices?: readonly string[];
}

/** One option; without a value it is a switch. */
export interface OptionSpec {
  readonly text: string;
  /** The word that stands for its value in the help. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** May be given more than once. */
  readonly many?: boolean;
}

type ArgumentValue<A> = A extends { many: true }
  ? string[]
  : A extends { choices: readonly (infer C)[] }
    ? C
    : A extends { optional: true }
      ? string | undefined
      : string;

type OptionValue<O> = O extends { many: true }
  ? string[]
  : O extends { choices: readonly (infer C)[] }
    ? C | undefined
    : O extends { value: string }
      ? string | undefined
      : boolean;

/** What a command works with besides its arguments. */
export interface Context {
  readonly home: Home;
  readonly json: boolean;
  /** How its user sees more of this command, such as `hfit rewind --help`. */
  readonly help: string;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by SIGINT and SIGTERM, with HFIT_INTERRUPTED as its reason. */
  readonly signal: AbortSignal;
}

/** What a command has to say, for people and for programs. */
export interface Result {
  readonly text: string;
  readonly document: unknown;
  /** Where it is no failure, and still not what was asked: 1 for a comparison that differs. */
  readonly exitCode?: number;
}

/** One row of the table that feeds the parser, the help and the docs. */
export interface Command {
  /** As it is typed, such as `pkg-tmpl list`. */
  readonly path: string;
  /** Other ways to type it: those of the first Hot Fixture Tool, and of versions before. */
  readonly aliases?: readonly string[];
  readonly text: string;
  /** More, for the help and the docs: paragraphs of plain text. */
  readonly about?: readonly string[];
  readonly arguments: readonly ArgumentSpec[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly string[];
  /** Null where it has written to standard output itself. */
  run(context: Context, args: never, options: never): Promise<Result | null>;
}

/** Ties the types of what `run` is given to the table. */
export function defineCommand<
  const A extends readonly ArgumentSpec[],
  const O extends Readonly<Record<string, OptionSpec>>,
>(
  command: Omit<Command, 'run' | 'arguments' | 'options'> & {
    arguments: A;
    options: O;
    run(
      context: Context,
      args: { -readonly [I in keyof A]: ArgumentValue<A[I]> },
      options: { readonly [K in keyof O]: OptionValue<O[K]> },
    ): Promise<Result | null>;
  },
): Command {
  return command;
}
