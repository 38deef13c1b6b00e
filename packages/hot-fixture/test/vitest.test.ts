import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programOf } from '../../../test/services/child.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A project of its own: a user's, with a run of Vitest for each thing that a user does. */
const config = () => `
import { defineConfig } from 'vitest/config';
export default defineConfig({
  resolve: { alias: { 'hot-fixture/vitest': ${JSON.stringify(
    programOf(new URL('../src/vitest.ts', import.meta.url)),
  )} } },
  test: { include: ['*.test.ts'] },
});
`;

const suite = `
import { type FixpointFixtures, fixpointFixtures } from 'hot-fixture/vitest';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test as base } from 'vitest';

const handle = new BetterSqlite3(':memory:');
handle.exec('CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)');
const put = (name: string) => {
  handle.exec('DELETE FROM person');
  handle.prepare('INSERT INTO person VALUES (1, ?)').run(name);
};
const test = base.extend<FixpointFixtures>(fixpointFixtures(() => handle));

test('with a fixture', async ({ fixpoints }) => {
  put(process.env.NAME ?? 'Tom');
  await expect(fixpoints).toMatchFixpoint('fixture');
});
test('with a handle', async () => {
  put(process.env.NAME ?? 'Tom');
  await expect(handle).toMatchFixpoint('handle');
});
test('that is the same at each run', async ({ fixpoints }) => {
  put('Ann');
  await expect(fixpoints).toMatchFixpoint('same');
  put(process.env.NAME ?? 'Tom');
  await expect(fixpoints).not.toMatchFixpoint('same');
});
test('with nothing that could be a database', async () => {
  await expect(expect('a text').toMatchFixpoint('none')).rejects.toThrow(/expects a database/);
});
`;

describe('toMatchFixpoint', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(root, 'node_modules/.cache/hfit-vitest-'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'vitest.config.ts'), config());
    writeFileSync(join(folder, 'shop.test.ts'), suite);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function vitest(words: readonly string[], variables: Record<string, string> = {}): string {
    const { CI: _, HFIT_UPDATE: __, VITEST: ___, ...env } = process.env;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', folder, ...words],
      { encoding: 'utf8', env: { ...env, NO_COLOR: '1', ...variables } },
    );
    return `${stdout}${stderr}`;
  }
  const file = (name: string) => join(folder, 'fixpoints', `${name}.yaml`);
  const read = (name: string) => readFileSync(file(name), 'utf8');

  it('stores it the first time, and fails', () => {
    const output = vitest([]);
    expect(output).toContain(`it is stored now, in ${file('fixture')}`);
    expect(output).toMatch(/Tests +3 failed \| 1 passed/);
    expect(read('handle')).toContain('name: Tom');
  });

  it('fails with the difference, its page, and how it is accepted', () => {
    const output = vitest([], { NAME: 'Tim' });
    // The one that is not another one holds from now on.
    expect(output).toMatch(/Tests +2 failed \| 2 passed/);
    expect(output).toContain(
      'the database is not at the fixpoint "fixture": it differs in 1 row of 1 table',
    );
    expect(output).toContain('person  1 changed\n  ~ id 1\n      name  Tom → Tim');
    expect(output).toContain(`file://${join(folder, 'fixpoints/.differences/fixture.html')}`);
    expect(output).toContain(`vitest -u accepts it, in ${file('fixture')}`);
    expect(output).toContain('❯ shop.test.ts:');
    expect(output).not.toContain('Serialized Error');
    expect(existsSync(join(folder, 'fixpoints/.differences/fixture.html'))).toBe(true);
  });

  it('writes nothing in CI, whatever is asked for', () => {
    rmSync(file('handle'));
    const output = vitest(['-u'], { NAME: 'Tim', CI: 'true' });
    expect(output).toMatch(/Tests +2 failed \| 2 passed/);
    expect(output).toContain('there is no fixpoint "handle"');
    expect(existsSync(file('handle'))).toBe(false);
    expect(read('fixture')).toContain('name: Tom');
  });

  it('accepts with -u what is there', () => {
    expect(vitest(['-u'], { NAME: 'Tim', HFIT_UPDATE: '1' })).toMatch(/Tests +4 passed/);
    expect(read('same')).toContain('name: Ann');
    expect([read('fixture'), read('handle')].map((it) => it.includes('name: Tim'))).toEqual([
      true,
      true,
    ]);
    expect(existsSync(join(folder, 'fixpoints/.differences/fixture.html'))).toBe(false);
  });
});
