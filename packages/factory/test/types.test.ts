import { fileURLToPath } from 'node:url';
import { DataType } from '@hot-fixture/generator';
import ts from 'typescript';
import { expect, expectTypeOf, test } from 'vitest';
import { defineFactory, type RowOf, sequence } from '../src/index.js';

interface Everything {
  text: string;
  literal: 'a' | 'b';
  maybe: string | null;
  when: Date;
  list: string[] | null;
  pair: [number, string];
  anything: unknown;
  nested: { city: string; at: { lat: number } };
  left?: number;
}

const everything = defineFactory<Everything>('everything', {
  text: DataType.name,
  literal: { type: 'oneOf', values: ['a', 'b'] },
  maybe: null,
  when: ({ index }) => new Date(index),
  list: null,
  pair: [1, 'a'],
  anything: ({ row }) => row.text.length,
  nested: { city: 'Bath', at: { lat: 51 } },
});

test('a row has the type of its factory, and overrides may be any value of it', () => {
  expectTypeOf(everything.build()).toEqualTypeOf<Everything>();
  expectTypeOf<RowOf<typeof everything>>().toEqualTypeOf<Everything>();
  const made = everything.build({
    ...{ maybe: 'x', list: ['a'], pair: [2, 'b'], anything: { any: 'thing' }, left: 1 },
    when: new Date(5),
  });
  expect(made).toMatchObject({ list: ['a'], pair: [2, 'b'], when: new Date(5), left: 1 });
});

test('traits, parameters and attributes stay typed when a factory is extended', () => {
  const base = defineFactory<{ id: number }, { country: string }>('base', { id: sequence() })
    .trait('numbered', (it, id: number) => it.set({ id }))
    .trait('first', { id: 1 });
  const more = base.extend<{ name: string }>('more', { name: 'x' });
  expectTypeOf(more.as('numbered', 5).given({ country: 'DE' }).build()).toEqualTypeOf<{
    id: number;
    name: string;
  }>();
  expect(more.as('first').build({}, { country: 'DE' })).toEqual({ id: 1, name: 'x' });
});

/** What must not compile, each with what its author reads. */
const faults: Record<string, string> = {
  'an attribute that is none': `user.build({ nmae: 'Ada' });`,
  'one of a part': `user.build({ address: { city: 'Bath', zip: 'BA1' } });`,
  'a value of another type': `user.build({ name: 5 });`,
  'a literal that is none of them': `user.build({ role: 'guest' });`,
  'a spec of another type': `user.set({ name: { type: 'integer' } });`,
  'an option that the type has not': `user.set({ name: { type: 'email', digits: 5 } });`,
  'an attribute that nobody defines': `defineFactory<User>('user', { name: 'Ada', role: 'user' });`,
  'a parameter that was left out': `greeting.build();`,
  'a trait that it has not': `user.as('amdin');`,
  'an argument that the trait takes': `user.as('named');`,
  'an attribute of a trait': `user.trait('x', { nmae: 'Ada' });`,
  'a table that is not there': `factories.of('usr');`,
};

const head = `
import { defineFactory, type Factories } from '@hot-fixture/factory';
interface User { name: string; role: 'admin' | 'user'; address: { city: string } }
const user = defineFactory<User>('user', { name: 'Ada', role: 'user', address: { city: 'Bath' } })
  .trait('admin', { role: 'admin' })
  .trait('named', (it, name: string) => it.set({ name }));
const greeting = defineFactory<{ text: string }, { name: string }>('greeting', { text: 'x' });
declare const factories: Factories<{ users: User }>;
`;

test('what cannot be right does not compile, and says why', () => {
  const lines = Object.values(faults).map((code) => code.replaceAll('\n', ' '));
  const text = `${head}${lines.join('\n')}\n`;
  const file = fileURLToPath(new URL('./faults.ts', import.meta.url));
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, exactOptionalPropertyTypes: true },
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const readFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === file
      ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2023)
      : readFile(name, ...rest);
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file) as ts.SourceFile;
  const found = program.getSemanticDiagnostics(source);
  const first = head.split('\n').length - 1;
  const told = Object.keys(faults).map((name, i) => {
    const its = found.filter(
      (it) => source.getLineAndCharacterOfPosition(it.start ?? 0).line === first + i,
    );
    const words = its.map((it) => ts.flattenDiagnosticMessageText(it.messageText, '\n'));
    return `${name}\n${Object.values(faults)[i]}\n${words.join('\n') || 'compiles'}\n`;
  });
  expect(told.join('\n')).toMatchSnapshot();
  expect(told.filter((it) => it.endsWith('compiles\n'))).toEqual([]);
  expect(found.length).toBeGreaterThanOrEqual(lines.length);
});
