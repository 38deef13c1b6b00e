import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '@hot-fixture/database';
import pg from 'pg';
import { expect, it } from 'vitest';
import { freshPostgresql, services } from '../../../test/services/index.js';
import { Fixpoints } from '../src/index.js';

const schema = `
  CREATE TABLE parent (id int PRIMARY KEY);
  CREATE TABLE child (id int PRIMARY KEY, parent_id int REFERENCES parent ON DELETE CASCADE);
  INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1, 1);`;

it.skipIf(!services.postgresql)(
  'an excluded table keeps its rows, or the restore is refused: no cascade takes them',
  async () => {
    const { url, name, drop } = await freshPostgresql();
    const directory = mkdtempSync(join(tmpdir(), 'hfit-roles-'));
    const role = `${name}_owner`;
    const admin = new pg.Client(url);
    await admin.connect();
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'; ALTER DATABASE ${name} OWNER TO ${role};
      GRANT ALL ON SCHEMA public TO ${role}; SET ROLE ${role}; ${schema} RESET ROLE`);
    const owner = new URL(url);
    owner.username = role;
    owner.password = 'x';
    const children = async () => (await admin.query('SELECT * FROM child ORDER BY id')).rows;
    const database = await openDatabase(owner.href);
    const strong = await openDatabase(url);
    try {
      for (const log of [false, true]) {
        const options = { directory, ci: false, log, excludeTables: ['child'] };
        const fixpoints = new Fixpoints(database, options);
        await fixpoints.store('one');
        await fixpoints.restore('one');
        await admin.query('INSERT INTO parent VALUES (2); INSERT INTO child VALUES (2, 2)');
        // Without the right to switch triggers off, foreign keys act.
        await expect(fixpoints.restore('one')).rejects.toMatchObject({
          code: 'HFIT_FIXPOINT_EXCLUDED',
        });
        // With it, the row that would be left over is refused.
        const other = new Fixpoints(strong, { ...options, log: false });
        await expect(other.restore('one')).rejects.toThrow(
          /HFIT_FIXPOINT_EXCLUDED: rows of .*child.* point to rows of .*parent.* left over/,
        );
        expect(await children()).toHaveLength(2);
        await admin.query('DELETE FROM child WHERE id = 2; UPDATE child SET id = 7');
        await other.restore('one');
        expect(await children()).toEqual([{ id: 7, parent_id: 1 }]);
        await fixpoints.close();
      }
    } finally {
      await database.close();
      await strong.close();
      await admin.query(`REASSIGN OWNED BY ${role} TO postgres; DROP OWNED BY ${role}`);
      await admin.query(`ALTER DATABASE ${name} OWNER TO postgres`);
      await admin.end();
      await drop();
      const server = new pg.Client(url.replace(/\/[^/]*$/, '/postgres'));
      await server.connect();
      await server.query(`DROP ROLE ${role}`);
      await server.end();
      rmSync(directory, { recursive: true, force: true });
    }
  },
);
