import type { Command, OptionSpec } from '../command.js';

/** A word that may be typed next, and what it does. */
export interface Word {
  readonly word: string;
  readonly text: string;
}

/** What may follow a part of a command line. */
export interface Place {
  /** The words that lead there, such as `fixpoint store`; empty for the beginning. */
  readonly path: string;
  readonly words: readonly Word[];
  /** Options that take one of a few values. */
  readonly choices: readonly { readonly option: string; readonly values: readonly string[] }[];
}

/** Each part of the command tree with what may follow it, as completions for shells need it. */
export function placesOf(
  commands: readonly Command[],
  groups: Readonly<Record<string, string>>,
  commonOptions: Readonly<Record<string, OptionSpec>>,
): Place[] {
  const first = new Map<string, Word>();
  const inGroup = new Map<string, Word[]>();
  const leaves: Place[] = [];
  const typed = commands.flatMap((it) =>
    [it.path, ...(it.aliases ?? [])].map((path) => ({ path, text: it.text, options: it.options })),
  );
  for (const { path, text, options } of typed) {
    const [group, name] = path.split(' ') as [string, string | undefined];
    first.set(group, { word: group, text: groups[group] ?? text });
    if (name !== undefined) {
      inGroup.set(group, [...(inGroup.get(group) ?? []), { word: name, text }]);
    }
    const specs = Object.entries({ ...options, ...commonOptions });
    leaves.push({
      path,
      words: [...specs.map(([option, it]) => ({ word: `--${option}`, text: it.text })), help],
      choices: specs.flatMap(([option, { choices }]) =>
        choices ? [{ option: `--${option}`, values: choices }] : [],
      ),
    });
  }
  const version = { word: '--version', text: 'Show the version.' };
  return [
    { path: '', words: [...first.values(), help, version], choices: [] },
    ...[...inGroup].map(([path, words]) => ({ path, words: [...words, help], choices: [] })),
    ...leaves,
  ];
}

const help: Word = { word: '--help', text: 'Show this help.' };
