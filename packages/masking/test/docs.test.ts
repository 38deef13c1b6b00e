import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Kept, maskers, type OptionSpec, parsePolicy } from '../src/index.js';

const file = fileURLToPath(new URL('../../../docs/masking.md', import.meta.url));
const page = readFileSync(file, 'utf8');
const between = /(<!-- maskers: .*? -->\n)[\s\S]*?(<!-- \/maskers -->)/;

test('the page tells of each masker what the code tells', async () => {
  const tables = [what(), options(), keeps()].map((rows) => `\n${table(rows)}\n`).join('');
  expect(page).toMatch(between);
  const written = page.replace(between, (_, begin, end) => `${begin}${tables}\n${end}`);
  await expect(written).toMatchFileSnapshot(file);
});

test('each policy on the page is one', () => {
  const policies = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text as string);
  expect(policies.length).toBeGreaterThan(1);
  for (const policy of policies) expect(() => parsePolicy(policy)).not.toThrow();
});

function what(): string[][] {
  return [
    ['masker', 'columns', 'mask'],
    ...maskers().map(({ name, kinds, about }) => [
      `\`${name}\``,
      kinds === 'any' ? 'any' : kinds.join(', '),
      about,
    ]),
  ];
}

function options(): string[][] {
  const rows = maskers().flatMap(({ name, options }) =>
    Object.entries(options).map(([option, spec]) => [
      `\`${name}\``,
      `\`${option}\``,
      values(spec),
      spec.default !== undefined ? `\`${spec.default}\`` : spec.optional ? 'none' : 'must be given',
      spec.about,
    ]),
  );
  return [['masker', 'option', 'values', 'default', ''], ...rows];
}

function values(spec: OptionSpec): string {
  if (spec.type === 'integer') return `${spec.least} to ${spec.most}`;
  if (spec.type === 'choice') return spec.choices.map((choice) => `\`${choice}\``).join(', ');
  if (spec.type === 'column') return 'a column';
  if (spec.type === 'paths') return 'decisions by path';
  return spec.type === 'boolean' ? '`true`, `false`' : 'a text or number';
}

function keeps(): string[][] {
  const aspects = ['unique', 'length', 'format', 'order', 'referential'] as const;
  const word = (kept: Kept) => (typeof kept === 'string' ? kept : kept ? 'yes' : 'no');
  return [
    ['keeps', ...aspects],
    ...maskers().map(({ name, keeps }) => [`\`${name}\``, ...aspects.map((it) => word(keeps[it]))]),
  ];
}

function table([head = [], ...rows]: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
