import { describe, expect, it } from 'vitest';
import { type Field, readDocument } from '../src/index.js';

const read = (text: string) =>
  readDocument(text, 'a.yaml', (reason, where) => new Error(`${where} ${reason}`));

describe('readDocument', () => {
  it('tells where each value stands', () => {
    const { b } = read('a: 1\nb:\n  - x\n  - y: z\n').fields(['a', 'b'], []);
    expect(b.list().map((field: Field) => field.where)).toEqual(['a.yaml:3:5', 'a.yaml:4:5']);
  });

  it('keeps what was written, and whole numbers whole', () => {
    const { a, b } = read('a: 9007199254740993\nb: 1.50\n').fields(['a', 'b'], []);
    expect(a.value()).toBe(9007199254740993n);
    expect(b.text()).toBe('1.50');
  });

  it('gives the tags that it is told of', () => {
    const failing = (reason: string, where: string) => new Error(`${where} ${reason}`);
    const tagged = (text: string) => readDocument(text, 'a.yaml', failing, ['!any']);
    const { a, b } = tagged('a: !any { x: 12 }\nb: {}\n').fields(['a', 'b'], []);
    expect([a.tag, b.tag, a.fields(['x'], []).x.text()]).toEqual(['!any', null, '12']);
    const number = tagged('a: !any 12\n').fields(['a'], []).a;
    expect([number.tag, number.kind, number.text()]).toEqual(['!any', 'text', '12']);
    expect(() => tagged('a: !other {}\n')).toThrow('a.yaml:1:4');
  });

  it.each([
    ['a: 1\nc: 2\n', 'a.yaml:2:1 "c" is not known here; known are a, b'],
    ['b: 1\n', 'a.yaml:1:1 "a" is missing'],
    ['a: 1\na: 2\n', 'a.yaml:2:1 Map keys must be unique'],
    ['a: &x 1\nb: *x\n', 'a.yaml:2:4 an alias'],
    ['- a\n', 'a.yaml:1:1 a mapping'],
    ['', 'a.yaml:1:1 a mapping (name: value) is expected here, not nothing'],
    ['a: 1\n---\na: 2\n', 'a.yaml:2:1'],
    ['a: !secret 1\n', 'a.yaml:1:4'],
    ['a: "x\n', 'a.yaml:'],
    ['__proto__: 1\na: 1\n', '"__proto__" is not known here'],
    ['? [x]\n: 1\n', 'a name must be a plain text'],
  ])('refuses %j', (text, message) => {
    expect(() => read(text).fields(['a'], ['b'])).toThrow(message);
  });

  it('tells a null that is written from nothing, and braces from lines', () => {
    const { a, b, c } = read('a: null\nb:\nc: { d: 007 }\n').fields(['a', 'b', 'c'], []);
    expect([a, b].map(({ kind, written }) => [kind, written])).toEqual([
      ['null', 'null'],
      ['null', ''],
    ]);
    expect(c.isFlow).toBe(true);
    expect(c.entries()[0]?.[1].written).toBe('007');
    expect(read('a:\n  b: 1\n').isFlow).toBe(false);
  });

  // Built node by node, each of these ends the process: it runs out of stack within a pattern.
  it.each(['[', '{a: ', '- ', '? ', '&a [', '!!seq ['])('is not felled by a pile of %j', (step) => {
    expect(() => read(step.repeat(6_000))).toThrow(/a\.yaml:1:\d+ it is nested too deep/);
  });

  it('takes what people nest', () => {
    expect(read(`a: ${'['.repeat(50)}1${']'.repeat(50)}`).entries()).toHaveLength(1);
  });

  it('is not slowed by a bomb of aliases', () => {
    const bomb = Array.from({ length: 30 }, (_, i) => `k${i}: &a${i} [${'*x, '.repeat(9)}1]`).join(
      '\n',
    );
    expect(() => read(bomb).entries()[0]?.[1].list()).toThrow(/a\.yaml:/);
  });
});
