import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkImports } from '../../scripts/check-imports.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hfit_test_imports_'));
});
afterEach(() => rmSync(root, { recursive: true }));

interface Room {
  dependencies?: string[];
  references?: string[];
  exports?: Record<string, string>;
  /** Source files by their path in the package. */
  files?: Record<string, string>;
}

/** Writes a house of these rooms; what is not said about a room is as it should be. */
function build(rooms: Record<string, Room>, references = Object.keys(rooms)): void {
  rmSync(join(root, 'packages'), { recursive: true, force: true });
  write('tsconfig.json', { references: references.map((room) => ({ path: `packages/${room}` })) });
  for (const [
    room,
    { dependencies = [], exports = { '.': '' }, files = {}, ...rest },
  ] of Object.entries(rooms)) {
    const own = dependencies.filter((name) => name.startsWith('@hot-fixture/'));
    const refers = rest.references ?? own.map((name) => name.slice('@hot-fixture/'.length));
    write(`packages/${room}/package.json`, {
      name: `@hot-fixture/${room}`,
      exports,
      dependencies: Object.fromEntries(dependencies.map((name) => [name, '*'])),
    });
    write(`packages/${room}/tsconfig.json`, {
      references: refers.map((path) => ({ path: `../${path}` })),
    });
    for (const [file, text] of Object.entries(files)) write(`packages/${room}/${file}`, text);
  }
}

function write(path: string, content: string | object): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

/** The problems of a house with `masking` and all that it may import, and this one source file. */
function problemsOf(text: string, file = 'src/mask.ts'): string[] {
  build({
    errors: {},
    database: { exports: { '.': '', './testing': '' } },
    generator: { exports: { '.': '', './words': '' } },
    masking: {
      dependencies: ['@hot-fixture/errors', '@hot-fixture/generator', 'yaml', '@scope/thing'],
      files: { [file]: text },
    },
  });
  return said();
}

function said(): string[] {
  return checkImports(root).map(({ where, what }) => `${where}: ${what}`);
}

describe('checkImports', () => {
  it('allows what the row, the dependencies and Node give', () => {
    const text = `
      import { x } from './other.js';
      import type { Y } from '../src/deep/y.js';
      import { readFileSync } from 'node:fs';
      import { HfitError } from '@hot-fixture/errors';
      import { words } from '@hot-fixture/generator/words';
      import { parse } from 'yaml';
      import * as thing from '@scope/thing/part.js';`;
    expect(problemsOf(text)).toEqual([]);
  });

  const row = 'which the row "masking: errors, document, generator" does not allow';
  it.each([
    ["import { open } from '@hot-fixture/database';"],
    ["import type { Database } from '@hot-fixture/database';"],
    ["export * from '@hot-fixture/database';"],
    ["const { open } = await import('@hot-fixture/database');"],
    ["let one: import('@hot-fixture/database').Database;"],
    ["const { open } = require('@hot-fixture/database');"],
    ["import database = require('@hot-fixture/database');"],
  ])('names the file, the line and the row of what is not allowed: %s', (text) => {
    expect(problemsOf(`\n\n${text}\n`)).toEqual([
      `packages/masking/src/mask.ts:3: imports "@hot-fixture/database", ${row}`,
    ]);
  });

  it('sees through a path of a package that is not allowed, and through its own name', () => {
    expect(problemsOf("import '@hot-fixture/database/testing';")).toEqual([
      `packages/masking/src/mask.ts:1: imports "@hot-fixture/database/testing", ${row}`,
    ]);
    expect(problemsOf("import '@hot-fixture/masking';")).toEqual([
      `packages/masking/src/mask.ts:1: imports "@hot-fixture/masking", ${row}`,
    ]);
  });

  it('looks into folders', () => {
    expect(problemsOf("import '@hot-fixture/database';", 'src/deep/down/mask.ts')).toEqual([
      `packages/masking/src/deep/down/mask.ts:1: imports "@hot-fixture/database", ${row}`,
    ]);
  });

  it('refuses a path inside another package', () => {
    expect(problemsOf("import '@hot-fixture/generator/src/words.js';")).toEqual([
      'packages/masking/src/mask.ts:1: imports "@hot-fixture/generator/src/words.js", ' +
        'a path inside another package; import "@hot-fixture/generator"',
    ]);
  });

  it('refuses a relative path out of the package, also to a neighbour of a like name', () => {
    expect(
      problemsOf(
        "import '../../generator/src/index.js';\nimport '../../masking-more/src/index.js';",
      ),
    ).toEqual([
      'packages/masking/src/mask.ts:1: imports "../../generator/src/index.js", which lies outside its package',
      'packages/masking/src/mask.ts:2: imports "../../masking-more/src/index.js", which lies outside its package',
    ]);
  });

  it('refuses a package that is not among the dependencies', () => {
    expect(problemsOf("import pg from 'pg';\nimport '@scope/other/path';")).toEqual([
      'packages/masking/src/mask.ts:1: imports "pg", which is not among the dependencies in its package.json',
      'packages/masking/src/mask.ts:2: imports "@scope/other", which is not among the dependencies in its package.json',
    ]);
  });

  it('refuses a dependency that the row does not allow, though nothing imports it', () => {
    build({
      errors: {},
      client: { dependencies: ['@hot-fixture/errors', '@hot-fixture/hfitd'] },
      hfitd: {},
    });
    expect(said()).toEqual([
      'packages/client/package.json: depends on "hfitd", which the row "client: errors" does not allow',
    ]);
  });

  it('refuses references that are not the dependencies', () => {
    build({
      errors: {},
      database: { dependencies: ['@hot-fixture/errors'], references: [] },
      generator: { references: ['errors'] },
    });
    expect(said()).toEqual([
      'packages/database/tsconfig.json: lacks the reference to "errors"',
      'packages/generator/tsconfig.json: refers to "errors", which is no dependency',
    ]);
  });

  it('refuses a package that the root does not build', () => {
    build({ errors: {}, database: {} }, ['errors', 'gone']);
    expect(said()).toEqual([
      'tsconfig.json: lacks the reference to "database"',
      'tsconfig.json: refers to "gone", which is no dependency',
    ]);
  });

  it('refuses a package without a row', () => {
    build({ attic: { files: { 'src/index.ts': '' } } });
    expect(said()).toEqual(['packages/attic: has no row in scripts/check-imports.ts; add "attic"']);
  });

  it.each([
    ["if (dialect.name === 'sqlite') go();", 'sqlite'],
    ["if ('mysql' != name) go();", 'mysql'],
    ["switch (name) { case 'mariadb': go(); }", 'mariadb'],
    ["if (['pglite', 'other'].includes(name)) go();", 'pglite'],
    ['if (name === `postgresql`) go();', 'postgresql'],
  ])('refuses to ask which dialect it is: %s', (text, dialect) => {
    expect(problemsOf(text)).toEqual([
      `packages/masking/src/mask.ts:1: compares with '${dialect}'; ` +
        'only packages/database/src/<dialect>/ names a dialect, others ask its capabilities',
    ]);
  });

  it('lets a dialect be named as a value, and be compared in its own folder only', () => {
    const compares = "export const is = (name: string) => name === 'mysql';";
    expect(problemsOf("/** For 'mysql'. */ const schemes = { mysql: 'mysql' };")).toEqual([]);
    build({ database: { files: { 'src/mysql/driver.ts': compares } } });
    expect(said()).toEqual([]);
    build({ database: { files: { 'src/load/load.ts': compares } } });
    expect(said()).toHaveLength(1);
  });
});

describe('tsx scripts/check-imports.ts', () => {
  it('ends with 1 and says why', () => {
    problemsOf("import '@hot-fixture/database';");
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'scripts/check-imports.ts', root],
      { cwd: repository, encoding: 'utf8' },
    );
    expect(stderr).toContain('packages/masking/src/mask.ts:1: imports "@hot-fixture/database"');
    expect(status).toBe(1);
  }, 180_000);
});
