import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commands } from '../src/commands.js';
import { parse } from '../src/program.js';
import { page, pageWithReference } from './reference.js';

const text = readFileSync(page, 'utf8');

test('the docs tell what the table of commands holds', () => {
  const message = 'docs/command-line.md is behind: npx tsx packages/hfit/test/reference.ts';
  expect(text === pageWithReference(text), message).toBe(true);
});

test.each(commands)('hfit $path has a text, and examples that call it', (command) => {
  expect(text).toContain(`\n### hfit ${command.path}\n`);
  expect(command.text).toMatch(/^[A-Z].*\.$/);
  expect(command.examples.length).toBeGreaterThan(0);
  const ways = [command.path, ...(command.aliases ?? [])].map((path) => `hfit ${path}`);
  for (const example of command.examples) {
    expect(
      ways.some((way) => example.includes(way)),
      example,
    ).toBe(true);
  }
  for (const option of Object.values(command.options)) expect(option.text).toMatch(/^[A-Z].*\.$/s);
  for (const argument of command.arguments) expect(argument.text).toMatch(/^[A-Z].*\.$/s);
});

test.each(['developer', 'pipeline', 'command-line'])(
  'every line of %s.md can be typed',
  async (name) => {
    const markdown = readFileSync(page.replace('command-line', name), 'utf8');
    const [written = ''] = markdown.split('\n## Commands\n');
    const blocks = [...written.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
    const lines = blocks.flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'));
    const typed = lines.flatMap((line) => /(?:^|\$\()(hfit .*)/.exec(line)?.[1] ?? []);
    expect(typed.length).toBeGreaterThan(2);
    for (const line of typed) {
      const [command = ''] = line.split(/ [|>] | && |\)$| {2,}#/);
      const words = [...command.matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(([word]) =>
        word.replaceAll('"', ''),
      );
      expect(await parse(words.slice(1), '0.0.0'), line).not.toBeNull();
    }
  },
);

test('the written part names only commands and options that are there', () => {
  const written = text.slice(0, text.indexOf('\n## Commands\n'));
  const paths = commands.flatMap(({ path, aliases = [] }) => [path, ...aliases]);
  for (const [, words = ''] of written.matchAll(/^hfit ((?:[a-z-]+ ?){1,2})/gm)) {
    expect(
      paths.some((path) => `${words} `.startsWith(`${path} `)),
      words,
    ).toBe(true);
  }
  const options = [
    'json',
    'help',
    'version',
    ...commands.flatMap(({ options }) => Object.keys(options)),
  ];
  for (const [, option] of written.matchAll(/ --([a-z][a-z-]*)/g))
    expect(options).toContain(option);
});
