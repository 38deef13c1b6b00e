import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseTemplate } from '@hot-fixture/extract';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { unifiedDiff } from '../src/templates/diff.js';
import { templateSchema } from '../src/templates/schema.js';
import { useDesk } from './desk.js';
import { documentOf, inside } from './inside.js';
import { daily, everything, withFile } from './shop.js';

const desk = useDesk();
const named = (name: string, text = daily) =>
  text.replace('templateName: daily', `templateName: ${name}`);
const shown = async (name: string) =>
  ((await documentOf(['template', 'show', name], desk)) as { yaml: string }).yaml;
const removed = (name: string) => documentOf(['template', 'delete', name], desk);

describe('a unified diff', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 });
  const text = lines.map((list) => list.map((line) => `${line}\n`).join(''));

  test('made to the one text gives the other', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = unifiedDiff(before, after, ['x', 'y']);
        expect(diff === '').toBe(before === after);
        if (diff !== '') expect(patched(before, diff)).toBe(after);
      }),
    );
  });

  test('is as other tools write it', () => {
    const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9', ''].join('\n');
    const after = before.replace('2\n', '').replace('9\n', '9\nten\n');
    expect(unifiedDiff(before, after, ['old', 'new']).split('\n')).toEqual([
      ...['--- old', '+++ new', '@@ -1,5 +1,4 @@', ' 1', '-2', ' 3', ' 4', ' 5'],
      ...['@@ -7,3 +6,4 @@', ' 7', ' 8', ' 9', '+ten'],
    ]);
    const bare = '\\ No newline at end of file';
    expect(unifiedDiff('a', 'a\n', ['old', 'new']).split('\n').slice(2)).toEqual([
      ...['@@ -1 +1 @@', '-a', bare, '+a'],
    ]);
  });
});

test('diff tells what a file would change, and patch does it', async () => {
  const file = join(desk.work, 'daily.yaml');
  writeFileSync(file, daily.replace('Orders', 'All orders'));
  const diff = await inside(['template', 'diff', file], desk);
  expect(diff).toMatchObject({ exitCode: 1, document: { isNew: false } });
  expect(diff?.text).toContain('+description: All orders with what they need');
  expect(await shown('daily')).toBe(daily);
  expect(await documentOf(['pkg-tmpl', 'patch', file], desk)).toMatchObject({ changed: true });
  expect(await shown('daily')).toBe(readFileSync(file, 'utf8'));
  expect(await inside(['template', 'diff', file], desk)).toMatchObject({ exitCode: 0 });
  writeFileSync(file, daily);
  await documentOf(['template', 'update', file], desk);
  writeFileSync(file, named('new'));
  expect(await documentOf(['template', 'diff', file], desk)).toMatchObject({ isNew: true });
});

test('apply plans first, changes when it may, and takes nothing that is wrong', async () => {
  const put = (name: string, text: string) => writeFileSync(join(desk.work, name), text);
  const apply = (...words: string[]) => inside(['template', 'apply', desk.work, ...words], desk);
  put('one.yaml', named('one'));
  put('two.yml', named('two'));
  put('notes.txt', 'not a template');
  expect(await apply()).toMatchObject({ exitCode: 1, document: { changed: false } });
  await expect(shown('one')).rejects.toMatchObject({ code: 'HFIT_TEMPLATE_UNKNOWN' });
  expect(await apply('--yes')).toMatchObject({ document: { changed: true } });
  expect(await shown('two')).toBe(named('two'));
  put('one.yaml', named('one').replace('Orders', 'More'));
  const plan = [
    { name: 'one', action: 'update' },
    { name: 'two', action: 'keep' },
  ];
  expect(await apply('--yes')).toMatchObject({ document: { plan } });
  expect(await shown('one')).toContain('More');
  put('wrong.yaml', named('wrong').replace('exports', 'export'));
  put('one.yaml', named('one'));
  await expect(apply('--yes')).rejects.toMatchObject({ code: 'HFIT_TEMPLATE_INVALID' });
  put('wrong.yaml', named('two'));
  await expect(apply('--yes')).rejects.toMatchObject({ code: 'HFIT_TEMPLATE_TWICE' });
  expect(await shown('one')).toContain('More');
  await removed('one');
  await removed('two');
});

test('edit sends what the editor saves, once it is right', async () => {
  const editor = join(desk.work, 'editor');
  const run = (script: string) => {
    writeFileSync(editor, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return inside(['template', 'edit', 'daily'], { home: desk.home, env: { EDITOR: editor } });
  };
  expect((await run('exit 0'))?.document).toEqual({ name: 'daily', changed: false });
  expect((await run(`sed -i s/Orders/Edited/ "$1"`))?.document).toEqual({
    ...{ name: 'daily', changed: true },
  });
  expect(await shown('daily')).toContain('Edited');
  await expect(run('exit 3')).rejects.toMatchObject({ code: 'HFIT_EDITOR' });
  await expect(run(`echo 'colour: red' >> "$1"; cp "$1" '${desk.work}'`)).rejects.toMatchObject({
    code: 'HFIT_TEMPLATE_INVALID',
    where: expect.stringMatching(/daily\.yaml:\d+:1$/),
  });
  expect(readdirSync(desk.work)).toContain('daily.yaml');
  expect(await shown('daily')).not.toContain('colour');
});

describe('the schema for editors', () => {
  const valid = new Ajv({ allowUnionTypes: true, strict: false }).compile(templateSchema);
  const docs = fileURLToPath(new URL('../../../docs/templates.md', import.meta.url));
  const blocks = [...readFileSync(docs, 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```/gm)];
  const good = [...blocks.map(([, text = '']) => text), daily, everything, withFile];

  test('takes every template of the docs', () => {
    expect(good.length).toBeGreaterThan(3);
    for (const text of good) {
      expect(parseTemplate(text).name).not.toBe('');
      expect({ text, valid: valid(parseYaml(text)), errors: valid.errors }).toMatchObject({
        valid: true,
      });
    }
  });

  test.each([
    ['an unknown field', daily.replace('description', 'colour')],
    ['a type that nobody knows', daily.replace('type: integer', 'type: number')],
    ['an export of another type', daily.replace('type: subset', 'type: dump')],
    ['no exports', daily.slice(0, daily.indexOf('exports'))],
    ['another version', daily.replace('hfitVersion: 1', 'hfitVersion: 2')],
    ['a field of another export', daily.replace('table: orders', 'tablelist: [orders]')],
  ])('refuses %s, as the parser does', (_, text) => {
    expect(() => parseTemplate(text)).toThrow();
    expect(valid(parseYaml(text))).toBe(false);
  });
});

test('init sets a project up without asking, and leaves what is there', async () => {
  mkdirSync(join(desk.work, 'me'));
  const options = { cwd: join(desk.work, 'me'), home: join(desk.work, 'home') };
  const words = ['init', '--host', 'localhost:8743', '--email', 'ann@example.com'];
  const more = ['--template', 'first', '--dbms', 'shop', '--table', 'orders'];
  expect(await desk.good([...words, ...more], options)).toMatchObject({
    done: [
      expect.stringContaining('localhost:8743'),
      'made hfit-data',
      'wrote templates/first.yaml',
    ],
  });
  const text = readFileSync(join(desk.work, 'me/templates/first.yaml'), 'utf8');
  expect(parseTemplate(text)).toMatchObject({ name: 'first', exports: [{ type: 'subset' }] });
  const again = await desk.good([...words, ...more.with(5, 'customers')], options);
  expect(again).toMatchObject({
    done: expect.arrayContaining([expect.stringContaining('already')]),
  });
  expect(readFileSync(join(desk.work, 'me/templates/first.yaml'), 'utf8')).toBe(text);
  expect(await desk.bad(['init', '--template', 'x'], options)).toMatchObject({
    code: 'HFIT_USAGE',
  });
});

/** Makes the changes of a diff, as patch(1) does. */
function patched(before: string, diff: string): string {
  const from = before.split('\n');
  const into: string[] = [];
  let at = 0;
  for (const line of diff.split('\n').slice(2)) {
    const start = /^@@ -(\d+)(,0)?/.exec(line);
    if (start) {
      // A part without old lines names the line before it.
      const first = Number(start[1]) - (start[2] ? 0 : 1);
      while (at < first) into.push(from[at++] as string);
    } else {
      if (!line.startsWith('+')) expect(from[at++]).toBe(line.slice(1));
      if (!line.startsWith('-')) into.push(line.slice(1));
    }
  }
  return [...into, ...from.slice(at)].join('\n');
}
