import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@hot-fixture/database';
import { expect, it } from 'vitest';
import * as room from '../src/index.js';

const page = fs.readFileSync(new URL('../../../docs/change-log.md', import.meta.url), 'utf8');

it('writes and reads files as the page on the change log shows it', async () => {
  const shown = /```ts file\n(.*?)```/s.exec(page)?.[1] ?? '';
  const folder = fs.mkdtempSync(join(tmpdir(), 'hfit-docs-'));
  const a = await openDatabase(`sqlite:${join(folder, 'a_test.db')}`);
  try {
    const define = async (session: { run(sql: string): Promise<unknown> }) => {
      await session.run('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)');
      await session.run(`INSERT INTO t VALUES (1, 'one')`);
    };
    await a.transaction(define);
    const changes = await room.snapshotOf(a);
    const code = shown
      .replace(/^import .*$/m, '')
      .replace(/'(changes\.\w+)'/g, (_, name) => JSON.stringify(join(folder, name)));
    const given = { ...fs, ...room, a, changes };
    const run = new Function(
      ...Object.keys(given).filter((name) => name !== 'default'),
      `return (async () => { ${code}; return [fromYaml, fromNdjson]; })()`,
    );
    const values = Object.entries(given).flatMap(([name, it]) => (name === 'default' ? [] : [it]));
    expect(await run(...values)).toEqual([changes, changes]);
    expect(fs.readFileSync(join(folder, 'changes.sql'), 'utf8')).toContain(`(1, 'one')`);
  } finally {
    await a.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
