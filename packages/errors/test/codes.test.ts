import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Code, codes, codesByRoom, type Definition, HfitError, kinds } from '../src/index.js';

const packages = fileURLToPath(new URL('../..', import.meta.url));
const all = Object.entries<Definition>(codes);
const named = (test: (definition: Definition) => boolean) =>
  all.filter(([, definition]) => !test(definition)).map(([code]) => code);

/** The sources of all rooms but this one. */
const sources = readdirSync(packages, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^(?!errors\/)[^/]+\/src\/.*\.ts$/.test(path.replaceAll('\\', '/')))
  .map((path) => readFileSync(join(packages, path), 'utf8'))
  .join('\n');

describe('the codes', () => {
  it('are HFIT_ and words in capitals', () => {
    expect(Object.keys(codes).filter((code) => !/^HFIT(_[A-Z0-9]+)+$/.test(code))).toEqual([]);
  });

  it('belong to one room each', () => {
    const byRoom = Object.values(codesByRoom).flatMap((room) => Object.keys(room));
    expect(byRoom.toSorted()).toEqual([...new Set(byRoom)].toSorted());
    expect(byRoom.toSorted()).toEqual(Object.keys(codes).toSorted());
  });

  it('have a kind that gives an exit code and a status', () => {
    expect(named(({ kind }) => Object.hasOwn(kinds, kind))).toEqual([]);
  });

  it('say what happened in one line that goes on after a colon', () => {
    expect(
      named(({ what }) => what.trim() === what && what !== '' && !what.includes('\n')),
    ).toEqual([]);
    expect(named(({ what }) => !what.endsWith('.'))).toEqual([]);
  });

  it('say what to do in sentences, or end with what to type', () => {
    expect(
      named(({ todo }) => todo.trim() === todo && /\.$|:\s+\S.*$|^\{todo\}$/s.test(todo)),
    ).toEqual([]);
  });

  it('have all their values filled', () => {
    for (const [code, { what, todo }] of all) {
      const names = [...`${what}${todo}`.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
      const values = Object.fromEntries(names.map((name) => [name, `<${name}>`]));
      const error = new HfitError(code as Code, values as never);
      expect(error.message, code).not.toMatch(/\{\w+\}|undefined|(?<!\$)\{\{/);
      for (const name of names) expect(error.message, code).toContain(`<${name}>`);
    }
  });

  it('are all thrown somewhere', () => {
    const texts = new Set(sources.match(/(?<=['"`])HFIT_[A-Z0-9_]+(?=['"`])/g));
    expect(Object.keys(codes).filter((code) => !texts.has(code))).toEqual([]);
  });

  it('are spelled right where a docstring promises them', () => {
    const promised = sources
      .match(/@throws.*/g)!
      .flatMap((line) => line.match(/HFIT_\w+…?/g) ?? []);
    const wrong = promised.filter((name) => {
      const family = name.replace(/…$/, '');
      return !Object.keys(codes).some(
        (code) => code === name || (family !== name && code.startsWith(family)),
      );
    });
    expect(promised.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});
