import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import ts from 'typescript';
import { expect, test } from 'vitest';
import * as generator from '../src/index.js';
import { options } from '../src/options.js';

const file = fileURLToPath(new URL('../../../docs/values.md', import.meta.url));
const page = readFileSync(file, 'utf8');
const between = /(<!-- types: .*? -->\n)[\s\S]*?(<!-- \/types -->)/;
const example = /```ts\n([\s\S]*?)```/g;

test('the page tells what the code gives: its types, and the result of each example', async () => {
  expect(page).toMatch(between);
  const written = page
    .replace(between, (_, begin, end) => `${begin}\n${table()}\n\n${end}`)
    .replace(example, (_, code: string) => `\`\`\`ts\n${run(code)}\`\`\``);
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

/** Runs an example, and writes behind each `// =>` what the statement before it gives. */
function run(code: string): string {
  const results: string[] = [];
  const { outputText } = ts.transpileModule(asked(code), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const say = (value: unknown) => results.push(inspect(value, { breakLength: 90, depth: 9 }));
  const refuse = (call: () => unknown, code: string) =>
    expect(call).toThrow(expect.objectContaining({ code }));
  new Function('require', 'exports', 'say', 'refuse', outputText)(() => generator, {}, say, refuse);
  expect(results.length).toBe(code.match(/\/\/ =>/g)?.length ?? 0);
  let at = 0;
  return code.replace(
    / \/\/ => [\s\S]*?(?=\n(?!\/\/ {3}))/g,
    () => ` // => ${results[at++]!.replaceAll('\n', '\n//   ')}`,
  );
}

/** Each statement that ends in `// =>` or `// throws` is said to the test instead. */
function asked(code: string): string {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true);
  const ends = (end: number) => /^ *\/\/ (=>|throws) ?(\w+)?/.exec(code.slice(end).split('\n')[0]!);
  return source.statements
    .map((statement) => {
      const text = statement.getText();
      const [, sign, word] = ends(statement.end) ?? [];
      if (sign === '=>') return `say(${text.replace(/;$/, '')});`;
      return sign === 'throws' ? `refuse(() => ${text.replace(/;$/, '')}, '${word}');` : text;
    })
    .join('\n');
}
