import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openServer } from '@hot-fixture/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshPostgresql, services } from '../../test/services/index.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const bin = (name: string) => fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url));

/** What a person types, and what is read at the end. */
const runners: Record<string, { words: readonly string[]; environment?: object; passed: RegExp }> =
  {
    'node:test': { words: ['--test', 'node-test/shop.test.js'], passed: /# pass 7\b/ },
    Vitest: {
      words: [bin('vitest/vitest.mjs'), 'run', '--config', 'vitest/vitest.config.js'],
      passed: /Tests +8 passed/,
    },
    Mocha: {
      words: [
        bin('mocha/bin/mocha.js'),
        ...['--parallel', '--jobs', '2', '--require', 'mocha/database.js', 'mocha/*.spec.js'],
      ],
      passed: /5 passing/,
    },
    'Mocha in one process': {
      words: [bin('mocha/bin/mocha.js'), '--require', 'mocha/database.js', 'mocha/*.js'],
      passed: /6 passing/,
    },
    Jest: {
      words: [
        '--experimental-vm-modules',
        bin('jest/bin/jest.js'),
        '--config',
        'jest/jest.config.js',
      ],
      passed: /Tests: +8 passed/,
    },
    Playwright: {
      words: [
        bin('@playwright/test/cli.js'),
        'test',
        '--config',
        'playwright/playwright.config.js',
      ],
      passed: /6 passed/,
    },
  };

describe.skipIf(!services.postgresql)('the example of each runner', () => {
  let place: FreshDatabase;
  beforeAll(async () => {
    place = await freshPostgresql();
  });
  afterAll(() => place.drop());

  it('the first test, as the page on getting started has it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hfit-test-started-'));
    install(join(folder, 'node_modules'));
    const page = readFileSync(join(here, '../../docs/getting-started.md'), 'utf8');
    const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block]) => block!);
    const having = (words: string) => blocks.find((block) => block.includes(words))!;
    for (const name of ['test', 'migrations']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'test/database.ts'), having('hot-fixture/vitest'));
    writeFileSync(join(folder, 'test/shop.test.ts'), having('sells a book'));
    writeFileSync(join(folder, 'vitest.config.ts'), having('defineConfig'));
    writeFileSync(
      join(folder, 'migrations/1.sql'),
      'CREATE TABLE book (id serial PRIMARY KEY, title text NOT NULL, stock integer NOT NULL)',
    );
    const { output, code } = await run([bin('vitest/vitest.mjs'), 'run'], place.url, folder);
    expect(output).toMatch(/Tests +2 passed/);
    expect(code, output).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it('Jest, with tests at once, which are refused', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hfit-test-at-once-'));
    symlinkSync(join(here, '../../node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'jest.config.mjs'), 'export default { transform: {} };');
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'schema.sql'), 'CREATE TABLE book (title text)');
    writeFileSync(
      join(folder, 'book.test.js'),
      `import { hotFixture } from 'hot-fixture/jest';
       hotFixture({ url: 'sqlite:./', migrate: 'schema.sql' });
       test.concurrent('one', async () => {});
       test.concurrent('two', async () => {});`,
    );
    const { output } = await run(
      ['--experimental-vm-modules', bin('jest/bin/jest.js')],
      '',
      folder,
    );
    expect(output).toMatch(/HFIT_HOT_CONCURRENT: the test "(one|two)" may run while another/);
    expect(output).toMatch(/Tests: +2 failed/);
    rmSync(folder, { recursive: true });
  });

  it.each(Object.keys(runners))('%s', async (name) => {
    const { words, passed } = runners[name]!;
    const { output, code } = await run(words, place.url);
    expect(output).toMatch(passed);
    expect(code, output).toBe(0);
    expect(output).not.toMatch(/hot-fixture: /);

    const server = await openServer(place.url);
    const left = (await server.databases('hfit_test_')).map((it) => it.name);
    await server.close();
    const own = left.filter((it) => /^hfit_test_hfit_test_\w+_\w+_\w+_w/.test(it));
    expect(own).toEqual([]);
  });
});

const isRun = (file: string) => !/\.(map|d\.ts|tsbuildinfo)$/.test(file);

/** What npm would install: our packages as copies, which Vitest takes as they are; the others as links. */
function install(folder: string): void {
  const from = join(here, '../../node_modules');
  mkdirSync(join(folder, '@hot-fixture'), { recursive: true });
  for (const name of readdirSync(from)) {
    if (/^\.|hot-fixture$/.test(name)) continue;
    symlinkSync(join(from, name), join(folder, name));
  }
  const scoped = readdirSync(join(from, '@hot-fixture')).map((name) => `@hot-fixture/${name}`);
  for (const name of ['hot-fixture', ...scoped]) {
    for (const part of ['package.json', 'dist'])
      cpSync(join(from, name, part), join(folder, name, part), { recursive: true, filter: isRun });
  }
}

async function run(words: readonly string[], url: string, folder = here) {
  const { VITEST, VITEST_POOL_ID, VITEST_WORKER_ID, NODE_OPTIONS, NODE_TEST_CONTEXT, ...others } =
    process.env;
  const child = spawn(process.execPath, words, {
    cwd: folder,
    env: { ...others, DATABASE_URL: url, FORCE_COLOR: '0', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  child.stderr.on('data', (data) => {
    output += data;
  });
  const [code] = await once(child, 'close');
  return { output, code };
}
