import { HfitError } from '@hot-fixture/errors';
import { Argument, CommanderError, Option, Command as Parser } from 'commander';
import type { ArgumentSpec, Command, OptionSpec } from './command.js';
import { commands, commonOptions, groups } from './commands.js';

/** A command, and what was typed for it. */
export interface Call {
  readonly command: Command;
  /** As it was typed: the path of the command, or one of its aliases. */
  readonly path: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Reads a command line; help and version are written to standard output.
 * @returns null where there is nothing left to run
 * @throws HFIT_USAGE
 */
export async function parse(words: readonly string[], version: string): Promise<Call | null> {
  let call: Call | null = null;
  const program = programOf(version, (found) => {
    call = found;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return null;
    throw usage(error, program, words);
  }
  return call;
}

function programOf(version: string, found: (call: Call) => void): Parser {
  const program = new Parser('hfit')
    .description('Known data from production, masked, in your test database.')
    .version(version, '--version', 'Show the version.')
    .helpOption('--help', 'Show this help.')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .addHelpText('after', afterAll());
  for (const command of commands) {
    for (const path of [command.path, ...(command.aliases ?? [])]) {
      add(program, command, path, found);
    }
  }
  return program;
}

function add(program: Parser, command: Command, path: string, found: (call: Call) => void): void {
  const words = path.split(' ');
  const parent = words.length > 1 ? groupOf(program, words[0] as string) : program;
  const hidden = path !== command.path;
  const parser = parent
    .command(words.at(-1) as string, { hidden: hidden && parent === program })
    .description(command.text);
  for (const argument of command.arguments) parser.addArgument(argumentOf(argument));
  const specs: Record<string, OptionSpec> = { ...command.options, ...commonOptions };
  const options = Object.entries(specs).map(([name, spec]) => {
    const option = optionOf(name, spec);
    parser.addOption(option);
    return {
      name,
      negates: option.negate,
      key: option.attributeName(),
      absent: spec.value === undefined ? false : spec.many ? [] : undefined,
    };
  });
  parser.addHelpText('after', afterHelp(command));
  parser.action(() => {
    const given = parser.opts();
    const values = options.map(({ name, negates, key, absent }) => {
      return [name, negates ? given[key] === false : (given[key] ?? absent)];
    });
    found({ command, path, args: parser.processedArgs, options: Object.fromEntries(values) });
  });
}

/** Made when its first command comes, so that the help has the order of the table. */
function groupOf(program: Parser, name: string): Parser {
  const made = program.commands.find((each) => each.name() === name);
  return (
    made ??
    program
      .command(name, { hidden: groups[name] === undefined })
      .description(groups[name] ?? 'Another way to type the commands of a group.')
      .helpCommand(false)
  );
}

function argumentOf({ name, text, optional, many, choices }: ArgumentSpec): Argument {
  const word = many ? `${name}...` : name;
  const argument = new Argument(optional ? `[${word}]` : `<${word}>`, text);
  return choices ? argument.choices(choices) : argument;
}

function optionOf(name: string, { text, value, many, choices }: OptionSpec): Option {
  const option = new Option(value ? `--${name} <${value}>` : `--${name}`, text);
  if (choices) option.choices(choices);
  if (many) option.argParser((word: string, before: string[] = []) => [...before, word]);
  return option;
}

/** What an old hand types still works, and does not stand between the commands. */
function afterAll(): string {
  const names = commands.flatMap(({ aliases = [] }) => aliases.map((it) => it.split(' ')[0]));
  return [
    '',
    wrapped(`Also typed as they always were: ${[...new Set(names)].join(', ')}.`, 78),
    '',
    'Help of one command: hfit COMMAND --help',
  ].join('\n');
}

function afterHelp({ about = [], aliases = [], examples }: Command): string {
  const other = aliases.map((alias) => `hfit ${alias}`).join(', ');
  const paragraphs = [...about, ...(other ? [`Also typed as ${other}.`] : [])].map(
    (text) => `\n${wrapped(text, 78)}\n`,
  );
  return `${paragraphs.join('')}\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`;
}

function wrapped(text: string, width: number): string {
  return text.replace(new RegExp(`(.{1,${width}})(\\s+|$)`, 'g'), '$1\n').trimEnd();
}

function usage(error: CommanderError, program: Parser, words: readonly string[]): HfitError {
  const reason =
    error.code === 'commander.help'
      ? 'it names no command'
      : `${error.message.replace(/^error: /, '').replace(/\s+/g, ' ')}${hint(error, words)}`;
  const named = nameIn(program, words);
  return new HfitError('HFIT_USAGE', { reason, help: ['hfit', ...named, '--help'].join(' ') });
}

/** Old names are not listed, so the parser does not think of them when a word is unknown. */
function hint({ code, message }: CommanderError, [typed = '']: readonly string[]): string {
  if (code !== 'commander.unknownCommand' || message.includes('Did you mean')) return '';
  const names = commands.flatMap(({ aliases = [] }) => aliases.map((it) => it.split(' ')[0] ?? ''));
  const near = [...new Set(names)].find((name) => distance(name, typed) <= name.length / 3);
  return near === undefined ? '' : ` (Did you mean ${near}?)`;
}

/** How many letters have to be added, left out or changed (V. Levenshtein, 1966). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, its] of [...other].entries()) {
      const changed = (row[j] as number) + (letter === its ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[other.length] as number;
}

/** The words that lead to a command, as far as they are right. */
function nameIn(parser: Parser, words: readonly string[]): string[] {
  const [first, ...rest] = words;
  const found = parser.commands.find((each) => each.name() === first);
  return found && first !== undefined ? [first, ...nameIn(found, rest)] : [];
}
