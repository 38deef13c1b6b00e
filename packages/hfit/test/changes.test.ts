import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freshPostgresql, psqlCommand, services } from '../../../test/services/index.js';
import { rowsOf } from './desk.js';
import { hfit, quoted, shell } from './hfit.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hfit-changes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the change log of a file', () => {
  let file: string;
  let url: string;
  beforeEach(() => {
    file = join(folder, 'shop_test.db');
    url = `sqlite:${file}`;
    write(`CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT, status TEXT, total REAL);
           INSERT INTO orders (status, total) VALUES ('open', 1.5), ('open', 2), ('paid', 3)`);
  });
  const write = (sql: string) => {
    const database = new Sqlite(file);
    database.exec(sql);
    database.close();
  };
  const run = (...words: string[]) =>
    hfit([...words, '--database', url], { home: join(folder, 'home'), cwd: folder });
  const good = async (...words: string[]) => {
    const { code, stdout, stderr } = await run(...words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  const orders = () => rowsOf(file, 'SELECT * FROM orders ORDER BY id');

  test('is switched on, tells what others do, takes it back, and goes without a trace', async () => {
    const schema = rowsOf(file, 'SELECT * FROM sqlite_schema');
    const before = orders();
    expect(await good('track', 'status')).toBe('The change log is off.\n');
    expect(await good('track', 'on')).toBe('The changes of 1 table are noted.\n');
    expect(await good('changes')).toBe('Nothing has changed.\n');
    write(`UPDATE orders SET status = 'paid' WHERE id = 1; DELETE FROM orders WHERE id = 2;
           INSERT INTO orders (status, total) VALUES ('new one', 4)`);
    expect(await good('changes')).toBe(
      [
        'orders +1 ~1 -1',
        '  + id=4  status=new one  total=4.0',
        '  ~ id=1  status: open → paid',
        '  - id=2  status=open  total=2.0',
        'sequences',
        '  orders 3 → 4',
        '',
      ].join('\n'),
    );
    expect(await good('checkpoint', 'ordered')).toBe('Checkpoint ordered is set.\n');
    expect(await good('changes')).toBe('Nothing has changed.\n');
    expect(JSON.parse(await good('track', 'status', '--json'))).toMatchObject({
      on: true,
      strategy: 'log',
      checkpoints: [{ name: 'start' }, { name: 'ordered' }],
    });
    write('DELETE FROM orders');
    expect(await good('rewind')).toContain('Put back: 3 rows of 1 table');
    expect(await good('rewind', 'start')).toContain('Put back: 3 rows of 1 table, and 1 sequence.');
    expect(orders()).toEqual(before);
    expect(await good('rewind')).toBe('Nothing had changed.\n');
    expect(await good('track', 'off')).toBe('Changes are no longer noted.\n');
    expect(await good('track', 'off')).toBe('The change log was off already.\n');
    expect(rowsOf(file, 'SELECT * FROM sqlite_schema')).toEqual(schema);
  });

  test('prints a change set that is complete: as JSON, YAML, and a script that makes it happen', async () => {
    await good('track', 'on');
    write(`INSERT INTO orders (status, total) VALUES ('it''s', 0.1)`);
    expect(JSON.parse(await good('changes', '--json'))).toMatchObject({
      tables: [{ table: 'orders', inserted: [{ id: 4, status: "it's" }] }],
    });
    expect(await good('changes', '--yaml')).toContain("it's");
    const script = await good('changes', '--sql');
    const after = orders();
    await good('rewind');
    write(script.replace(/^\..*$/gm, ''));
    expect(orders()).toEqual(after);
  });

  test.each([
    [['rewind'], 'HFIT_LOG_ABSENT', 4],
    [['checkpoint', 'a'], 'HFIT_LOG_ABSENT', 4],
    [['changes'], 'HFIT_LOG_ABSENT', 4],
    [['track', 'on', '--patience', 'long'], 'See: hfit track on --help', 2],
    [['track', 'off', '--patience', ''], 'See: hfit track off --help', 2],
  ])('hfit %j is refused: %s', async (words, code, exitCode) => {
    const { stderr, stdout, code: exit } = await run(...words);
    expect(stdout).toBe('');
    expect(stderr).toContain(code);
    expect(exit).toBe(exitCode);
  });

  test('prints one format alone', async () => {
    const { code, stdout, stderr } = await run('changes', '--json', '--yaml');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('one format, not --json and --yaml');
    expect((await run('changes', '--yaml', '--sql')).stderr).toContain('not --yaml and --sql');
  });

  test('refuses a checkpoint that is not there, and names those that are', async () => {
    await good('track', 'on');
    const { stderr, code } = await run('rewind', 'nowhere');
    expect(code).toBe(4);
    expect(stderr).toContain('HFIT_CHECKPOINT_UNKNOWN');
    expect(stderr).toContain('start');
    expect((await run('checkpoint', '')).stderr).toContain('HFIT_CHECKPOINT_NAME');
  });

  test('waits for others as long as it is told, also to be switched on and off', async () => {
    const other = new Sqlite(file);
    for (const words of ['on', 'off']) {
      other.exec('BEGIN IMMEDIATE');
      const { stderr, code } = await run('track', words, '--patience', '0.1');
      other.exec('COMMIT');
      expect(code).toBe(5);
      expect(stderr).toContain('within 0.1 s');
      if (words === 'on') await good('track', 'on');
    }
    other.close();
  });

  test('refuses a database that is not for tests, and one that is not named', async () => {
    const shop = `sqlite:${join(folder, 'shop.db')}`;
    new Sqlite(join(folder, 'shop.db')).exec('CREATE TABLE t (id)').close();
    const options = { home: join(folder, 'home'), cwd: folder };
    const refused = await hfit(['track', 'on', '--database', shop], options);
    expect(refused).toMatchObject({ code: 3 });
    expect(refused.stderr).toContain('HFIT_NOT_A_TEST_DATABASE');
    expect(refused.stderr).toContain('the option --dangerously-allow-any-database');
    expect(refused.stderr).not.toContain('dangerouslyAllowAnyDatabase');
    const unnamed = await hfit(['track', 'on'], options);
    expect(unnamed.stderr).toContain('HFIT_USAGE');
    const env = { HFIT_DATABASE: url };
    expect(await hfit(['track', 'on'], { ...options, env })).toMatchObject({ code: 0 });
  });
});

describe.skipIf(!services.postgresql || services.psql === null)('with psql', () => {
  test('sees what a person does, and takes it back', async () => {
    const { url, drop } = await freshPostgresql();
    try {
      const client = new pg.Client(url);
      await client.connect();
      await client.query(`CREATE TABLE customer (id serial PRIMARY KEY, name text NOT NULL);
        CREATE TABLE orders (id serial PRIMARY KEY, customer_id int REFERENCES customer ON DELETE CASCADE, paid boolean);
        INSERT INTO customer (name) VALUES ('Ann'), ('Bob');
        INSERT INTO orders (customer_id, paid) VALUES (1, false), (2, true)`);
      const contents = async () => {
        const { rows } = await client.query(
          'SELECT (SELECT json_agg(c) FROM customer c) c, (SELECT json_agg(o) FROM orders o) o',
        );
        return rows;
      };
      const before = await contents();
      const psql = (sql: string) => `${quoted(psqlCommand(url))} -c ${quoted([sql])}`;
      const lines = [
        'hfit track on',
        psql("INSERT INTO customer (name) VALUES ('Cleo')"),
        psql('UPDATE orders SET paid = true WHERE id = 1'),
        psql('DELETE FROM customer WHERE id = 2'),
        'hfit changes',
      ];
      const options = { home: join(folder, 'home'), env: { HFIT_DATABASE: url } };
      const { stdout, stderr } = await shell(lines.join(' && '), options);
      expect(stderr).toBe('');
      expect(stdout).toContain(
        [
          'public.customer +1 -1',
          '  + id=3  name=Cleo',
          '  - id=2  name=Bob',
          'public.orders ~1 -1',
          '  ~ id=1  paid: f → t',
          '  - id=2  customer_id=2  paid=t',
        ].join('\n'),
      );
      const back = await shell('hfit rewind && hfit track off', options);
      expect(back.stdout).toContain('Put back: 4 rows of 2 tables, and 1 sequence.');
      expect(await contents()).toEqual(before);
      await client.end();
    } finally {
      await drop();
    }
  });
});
