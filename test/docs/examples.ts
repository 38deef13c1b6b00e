import { inspect } from 'node:util';
import ts from 'typescript';
import { expect } from 'vitest';

const example = /```ts\n([\s\S]*?)```/g;

/**
 * Runs the examples of a page, and gives the page with what each `// =>` says of the statement
 * before it. A `// throws CODE` has to be true.
 * @param modules what the examples import, by name
 */
export async function withResults(page: string, modules: Record<string, object>): Promise<string> {
  const written: string[] = [];
  let at = 0;
  for (const found of page.matchAll(example)) {
    written.push(page.slice(at, found.index), `\`\`\`ts\n${await run(found[1]!, modules)}\`\`\``);
    at = found.index + found[0].length;
  }
  return [...written, page.slice(at)].join('');
}

const AsyncFunction = (async () => {}).constructor as FunctionConstructor;

async function run(code: string, modules: Record<string, object>): Promise<string> {
  const results: string[] = [];
  const { outputText } = ts.transpileModule(asked(code), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS },
  });
  const say = (value: unknown) => results.push(inspect(value, { breakLength: 90, depth: 9 }));
  const refuse = (call: () => Promise<unknown>, code: string) =>
    expect(call()).rejects.toThrow(expect.objectContaining({ code }));
  const require = (name: string) => modules[name] ?? expect.fail(`examples do not import ${name}`);
  const names = ['require', 'exports', 'say', 'refuse'];
  await new AsyncFunction(...names, outputText)(require, {}, say, refuse);
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
      const call = text.replace(/;$/, '');
      if (sign === '=>') return `say(${call});`;
      return sign === 'throws' ? `await refuse(async () => ${call}, '${word}');` : text;
    })
    .join('\n');
}
