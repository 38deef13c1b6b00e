import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command, OptionSpec } from '../src/command.js';
import { commands, commonOptions } from '../src/commands.js';

/** The page whose last part is written from the table of commands. */
export const page = fileURLToPath(new URL('../../../docs/command-line.md', import.meta.url));

const mark =
  '<!-- From here on written by packages/hfit/test/reference.ts from the table of commands. -->';

/** The page as it should be: what a person wrote, and the reference. */
export function pageWithReference(text: string): string {
  const [written] = text.split(mark);
  return `${written}${mark}\n\n## Commands\n\nEvery command has these options:\n\n${optionList(commonOptions)}${commands.map(section).join('')}`;
}

function section(command: Command): string {
  const { path, text, about = [], aliases = [], examples } = command;
  const other = aliases.map((alias) => `\`hfit ${alias}\``).join(', ');
  const parts = [
    `### hfit ${path}`,
    text,
    `\`\`\`\n${usage(command)}\n\`\`\``,
    [...command.arguments.map((each) => `- \`${each.name}\`: ${each.text}`)].join('\n'),
    optionList(command.options).trimEnd(),
    ...about,
    other && `Also typed as ${other}.`,
    `\`\`\`sh\n${examples.join('\n')}\n\`\`\``,
  ];
  return `\n${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function usage({ path, arguments: all, options }: Command): string {
  const words = all.map(({ name, optional, many }) => {
    const word = many ? `${name}…` : name;
    return optional ? `[${word}]` : word;
  });
  return ['hfit', path, ...words, ...(Object.keys(options).length > 0 ? ['[OPTION…]'] : [])].join(
    ' ',
  );
}

function optionList(options: Readonly<Record<string, OptionSpec>>): string {
  return Object.entries(options)
    .map(([name, { text, value, choices, many }]) => {
      const word = value ? ` ${choices?.join('|') ?? value}` : '';
      return `- \`--${name}${word}\`: ${text}${many ? ' May be given more than once.' : ''}\n`;
    })
    .join('');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(page, pageWithReference(readFileSync(page, 'utf8')));
}
