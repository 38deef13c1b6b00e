import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as database from '@hot-fixture/database';
import * as generator from '@hot-fixture/generator';
import BetterSqlite3 from 'better-sqlite3';
import { expect, test } from 'vitest';
import { withResults } from '../../../test/docs/examples.js';
import * as factory from '../src/index.js';

const file = fileURLToPath(new URL('../../../docs/factories.md', import.meta.url));

test('the page tells what its examples give', async () => {
  const written = await withResults(readFileSync(file, 'utf8'), {
    '@hot-fixture/database': database,
    '@hot-fixture/factory': factory,
    '@hot-fixture/generator': generator,
    'better-sqlite3': BetterSqlite3,
  });
  await expect(written).toMatchFileSnapshot(file);
});
