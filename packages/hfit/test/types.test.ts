import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hfit } from './hfit.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hfit-types-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const written = `// Written by hfit types. When the schema has changed, write it anew.

export interface OrderLine {
  id: number;
  status: 'open' | 'it\\'s paid';
  total: string;
  at: Date | null;
  data: unknown;
  "two words": Uint8Array | null;
}

export interface Tables {
  order_line: OrderLine;
}
`;

test('types are written, and checked', async () => {
  const database = new Sqlite(join(folder, 'shop_test.db'));
  database.exec(`CREATE TABLE order_line (id INTEGER PRIMARY KEY,
    status VARCHAR(9) NOT NULL CHECK (status IN ('open', 'it''s paid')), total DECIMAL(10,2) NOT NULL,
    at TIMESTAMP, data JSON, "two words" BLOB)`);
  const run = (...words: string[]) =>
    hfit(['types', '--database', `sqlite:${join(folder, 'shop_test.db')}`, ...words], {
      ...{ home: join(folder, 'home'), cwd: folder },
    });
  expect(await run()).toMatchObject({ code: 0, stdout: written });
  expect(await run('--out', 'tables.ts', '--check')).toMatchObject({
    ...{ code: 5, stderr: expect.stringContaining('it is not there') },
  });
  expect(await run('--out', 'tables.ts')).toMatchObject({ code: 0 });
  expect(readFileSync(join(folder, 'tables.ts'), 'utf8')).toBe(written);
  expect(await run('--out', 'tables.ts', '--check')).toMatchObject({ code: 0 });
  database.exec('ALTER TABLE order_line ADD COLUMN note TEXT');
  database.close();
  const stale = await run('--out', 'tables.ts', '--check');
  expect(stale).toMatchObject({ code: 5 });
  expect(stale.stderr).toContain('HFIT_TYPES_STALE');
  expect(stale.stderr).toContain('line 10 is "}", and should be "note: string | null;"');
  writeFileSync(join(folder, 'tables.ts'), written);
  expect(await run('--check')).toMatchObject({ code: 2 });
});
