import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { withResults } from '../../../test/docs/examples.js';
import * as generator from '../src/index.js';
import { options } from '../src/options.js';

const file = fileURLToPath(new URL('../../../docs/values.md', import.meta.url));
const page = readFileSync(file, 'utf8');
const between = /(<!-- types: .*? -->\n)[\s\S]*?(<!-- \/types -->)/;

test('the page tells what the code gives: its types, and the result of each example', async () => {
  expect(page).toMatch(between);
  const listed = page.replace(between, (_, begin, end) => `${begin}\n${table()}\n\n${end}`);
  const written = await withResults(listed, { '@hot-fixture/generator': generator });
  await expect(written).toMatchFileSnapshot(file);
});

function table(): string {
  const rows = Object.entries(options).map(([type, of]) => {
    const each = Object.entries(of).map(([name, { expected }]) => {
      const [, choices] = /^one of (.*)/.exec(expected) ?? [];
      return choices === undefined ? `\`${name}\`` : `\`${name}\` (${choices})`;
    });
    return `| \`${type}\` | ${each.join(', ')} |`;
  });
  return ['| type | options |', '| --- | --- |', ...rows].join('\n');
}
