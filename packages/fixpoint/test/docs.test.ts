import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Database, openDatabase } from '@hot-fixture/database';
import { expect, test } from 'vitest';
import { withResults } from '../../../test/docs/examples.js';
import { freshPglite } from '../../../test/services/pglite.js';
import { type FixpointOptions, Fixpoints, lastRestored } from '../src/index.js';

const file = fileURLToPath(new URL('../../../docs/fixpoints.md', import.meta.url));
const page = readFileSync(file, 'utf8');

test('the page tells what the code does, and shows the files that it writes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hfit-fixpoint-docs-'));
  const handle = await freshPglite();
  await handle.exec(`
    CREATE TABLE users (id serial PRIMARY KEY, name text, settings jsonb, tags text[]);
    CREATE TABLE items (id serial PRIMARY KEY, title text, user_id int REFERENCES users);`);
  class InFolder extends Fixpoints {
    constructor(database: Database, options: FixpointOptions) {
      super(database, { ...options, directory: join(folder, options.directory), ci: false });
    }
  }
  const app = {
    register: (name: string) =>
      handle.query(
        `INSERT INTO users (name, settings, tags)
         VALUES ($1, '{"theme": "dark", "mails": ["weekly", "offers"]}', '{new,"beta, too"}')`,
        [name],
      ),
    async postItem(name: string, title: string) {
      const who = '(SELECT id FROM users WHERE name = $1)';
      await handle.query(`INSERT INTO items (title, user_id) VALUES ($2, ${who})`, [name, title]);
      await handle.query(`UPDATE users SET tags[1] = 'seller' WHERE name = $1`, [name]);
    },
  };
  const modules = {
    '@hot-fixture/database': { openDatabase: () => openDatabase(handle) },
    '@hot-fixture/fixpoint': { Fixpoints: InFolder, lastRestored },
    './app.js': app,
  };
  const written = await withResults(page, modules);
  const shown = written.replace(/`(\w+\.yaml)`:\n\n```yaml\n[\s\S]*?```/g, (_, name: string) => {
    const text = readFileSync(join(folder, 'test/fixpoints', name), 'utf8');
    return `\`${name}\`:\n\n\`\`\`yaml\n${text}\`\`\``;
  });
  await handle.close();
  rmSync(folder, { recursive: true, force: true });
  await expect(shown).toMatchFileSnapshot(file);
});
