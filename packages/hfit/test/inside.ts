import type { Result } from '../src/command.js';
import { parse } from '../src/program.js';
import { Home } from '../src/state/home.js';

export interface Inside {
  /** HFIT_HOME of the run. */
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly json?: boolean;
}

/** Runs a command in this process, where what matters is what it does and not how it is written. */
export async function inside(
  words: readonly string[],
  { home, env = {}, json = true }: Inside,
): Promise<Result | null> {
  const call = await parse(words, '0.0.0');
  if (!call) throw new Error('there is nothing to run');
  const { command, path, args, options } = call;
  const all = { PATH: process.env.PATH, HFIT_HOME: home, ...env };
  const context = {
    ...{ home: new Home(all), json, env: all, help: `hfit ${path} --help` },
    signal: new AbortController().signal,
  };
  return command.run(context, args as never, options as never);
}

/** The document of a command that has to succeed. */
export async function documentOf(words: readonly string[], options: Inside): Promise<unknown> {
  return (await inside(words, options))?.document;
}
