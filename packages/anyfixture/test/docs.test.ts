import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');
const page = read('docs/anyfixture.md');
const plain = (code: string) => code.replace(/\s+/g, ' ').trim();

it('shows examples that run', () => {
  const folder = fileURLToPath(new URL('../../../examples/anyfixture', import.meta.url));
  const files = readdirSync(folder).map((name) => plain(read(`examples/anyfixture/${name}`)));
  const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => plain(code!));
  expect(blocks.length).toBeGreaterThan(5);
  expect(blocks.filter((code) => !files.some((file) => file.includes(code)))).toEqual([]);
});

it('names for each feature a test that is there', () => {
  const table = /<!-- features: .*?-->([\s\S]*?)<!-- \/features -->/.exec(page)?.[1] ?? '';
  const rows = table.split('\n').filter((line) => /^\| (?!AnyFixture of|---)/.test(line));
  expect(rows.length).toBeGreaterThan(30);
  const missing = rows.filter((row) => {
    const [file, title] = /^(\w+): (.*)$/
      .exec(row.split(' | ').at(-1)!.replace(/ \|$/, ''))!
      .slice(1);
    const name = file === 'contract' ? 'contract.ts' : `${file}.test.ts`;
    return !read(`packages/anyfixture/test/${name}`).includes(`it('${title}'`);
  });
  expect(missing).toEqual([]);
});

it('names every option of a dump and every variable', () => {
  const options = read('packages/anyfixture/src/dump/options.ts');
  const names = [...options.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name!);
  const sources = ['dump/run.ts', 'report/settings.ts'];
  const code = sources.map((name) => read(`packages/anyfixture/src/${name}`)).join('\n');
  const variables = [...code.matchAll(/HFIT_(?:RUN|FORCE_DUMP|FIXTURE_REPORT)\b/g)].map(
    ([it]) => it,
  );
  expect(new Set(variables).size).toBe(3);
  const all = [...new Set([...names, ...variables])];
  expect(all.filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
});
