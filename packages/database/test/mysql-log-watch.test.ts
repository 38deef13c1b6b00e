import { afterEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { type Logged, logged, undone } from './mysql-log.js';
import { ask } from './mysql-server.js';

describe.skipIf(!services.mariadb)('change log of MariaDB, beside what users make', () => {
  let log: Logged;
  afterEach(() => log?.drop());
  const undo = (...list: string[]) => undone(log, () => log.act(...list));
  const refused = async (told: RegExp) => {
    await expect(log.rewind()).rejects.toThrow(told);
    await expect(log.changes()).rejects.toThrow(told);
    await expect(log.checkpoint('later')).rejects.toThrow(told);
  };
  /** Makes the log again, as `track` does. */
  const anew = async () => {
    await log.install();
    await log.checkpoint();
  };
  const obstacle = async () =>
    log.database.dialect.log.obstacle(log.session, await log.database.introspect());
  const triggersOf = async (table: string) =>
    (
      await ask(
        log.server.url,
        `SELECT TRIGGER_NAME, ACTION_TIMING, EVENT_MANIPULATION FROM information_schema.TRIGGERS
         WHERE TRIGGER_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = '${table}' ORDER BY 1`,
      )
    ).map(([name, ...when]) => [name, when.join(' ')] as [string, string]);

  const twins = ['a', 'b'].flatMap((name) => [
    `CREATE TABLE ${name} (id int PRIMARY KEY, v int)`,
    `INSERT INTO ${name} VALUES (1, 1), (2, 2)`,
  ]);

  it('notices two tables that swapped their names, and their triggers with them', async () => {
    log = await logged(twins);
    await log.act('RENAME TABLE a TO x, b TO a, x TO b', 'UPDATE a SET v = 9');
    await refused(/HFIT_LOG_BYPASSED.*trigger hfit_0_\w+ was made on table a, and is on b now/);
    await anew();
    await undo('UPDATE a SET v = 7', 'DELETE FROM b');
  });

  it('notices each of its triggers that is gone or altered, whenever that was', async () => {
    log = await logged([
      'CREATE TABLE p (id int PRIMARY KEY)',
      'CREATE TABLE c (id int PRIMARY KEY, p int, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE ON UPDATE CASCADE)',
      'INSERT INTO p VALUES (1), (2)',
      'INSERT INTO c VALUES (1, 1), (2, 2)',
    ]);
    const ours = await triggersOf('p');
    expect(ours.map(([name]) => name?.slice(-2))).toEqual(['ad', 'ai', 'au', 'bd', 'bu']);
    for (const [name] of ours) {
      await log.act(`DROP TRIGGER ${name}`);
      const told = new RegExp(`HFIT_LOG_BYPASSED.*trigger ${name} of table p is gone`);
      await expect(log.rewind()).rejects.toThrow(told);
      await anew();
    }
    await log.act('CREATE OR REPLACE TRIGGER hfit_1_bu BEFORE UPDATE ON p FOR EACH ROW SET @x = 1');
    await refused(/HFIT_LOG_BYPASSED.*trigger hfit_1_bu of table p is not as it was made/);
    expect(await obstacle()).toMatch(/trigger hfit_1_bu of table p .* rename it/);
    await log.act('DROP TRIGGER hfit_1_bu');
    await anew();
    // Also when it has found them right for long, and reads them no more.
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await undo('DELETE FROM p WHERE id = 1');
    await undo('DELETE FROM p WHERE id = 2');
    await log.act('DROP TRIGGER hfit_1_ai');
    await refused(/HFIT_LOG_BYPASSED.*trigger hfit_1_ai of table p is gone/);
  });

  it('notices that a table of its own was dropped, and is made anew', async () => {
    log = await logged(['CREATE TABLE t (id int PRIMARY KEY)', 'INSERT INTO t VALUES (1)']);
    await log.act('DROP TABLE hfit_log_0');
    await expect(log.rewind()).rejects.toThrow(/HFIT_LOG_BYPASSED.* its table hfit_log_0 is gone/);
    await log.install();
    await log.checkpoint();
    await undone(log, () => log.act('DELETE FROM t'));
  });

  it('notices a trigger of a user that still changes what it has noted', async () => {
    log = await logged([
      'CREATE TABLE p (id int PRIMARY KEY, k varchar(50) NOT NULL UNIQUE)',
      'CREATE TABLE c (k varchar(50), FOREIGN KEY (k) REFERENCES p (k) ON UPDATE CASCADE ON DELETE CASCADE)',
      `INSERT INTO p VALUES (1, 'one'), (2, 'two')`,
      `INSERT INTO c VALUES ('one'), ('one'), ('two')`,
    ]);
    for (const [name, made] of [
      ['k', `k BEFORE UPDATE ON p FOR EACH ROW SET NEW.k = CONCAT('x-', NEW.k)`],
      ['d', 'd BEFORE DELETE ON p FOR EACH ROW DELETE FROM c WHERE k = OLD.k'],
    ]) {
      await log.act(`CREATE TRIGGER ${made}`);
      await log.act(`UPDATE p SET k = 'new' WHERE id = 1`);
      await refused(
        new RegExp(`HFIT_LOG_SCHEMA_CHANGED.*trigger ${name} of table p was made, which fires`),
      );
      await anew();
      await undo(`UPDATE p SET k = 'again' WHERE id = 1`, 'DELETE FROM p WHERE id = 2');
    }
    await log.act(
      'CREATE TABLE seen (id int)',
      `CREATE TRIGGER first BEFORE UPDATE ON p FOR EACH ROW PRECEDES k SET NEW.k = CONCAT('y-', NEW.k)`,
      'CREATE TRIGGER after_all AFTER DELETE ON p FOR EACH ROW DELETE FROM c',
      `CREATE TRIGGER in_time BEFORE INSERT ON c FOR EACH ROW SET NEW.k = UPPER(NEW.k)`,
      'DROP TABLE seen',
    );
    await undo(
      `UPDATE p SET k = 'last' WHERE id = 1`,
      `INSERT INTO p VALUES (5, 'FIVE')`,
      `INSERT INTO c VALUES ('five')`,
      'DELETE FROM p WHERE id = 2',
    );
  });

  it('takes no table and no trigger of a user for its own, and tells which has its name', async () => {
    log = await logged([
      'CREATE TABLE hfit_orders (id int PRIMARY KEY, v int)',
      'CREATE TABLE hfit_log_of_orders (id int AUTO_INCREMENT PRIMARY KEY, v int)',
      'CREATE TRIGGER hfit_orders_ai AFTER INSERT ON hfit_orders FOR EACH ROW INSERT INTO hfit_log_of_orders (v) VALUES (NEW.v)',
      'CREATE SEQUENCE hfit_numbers',
      'INSERT INTO hfit_orders VALUES (1, 1)',
    ]);
    const schema = await log.schema();
    expect(schema.tables.map(({ name }) => name)).toEqual(['hfit_log_of_orders', 'hfit_orders']);
    expect(schema.sequences).toMatchObject([
      { name: 'hfit_log_of_orders' },
      { name: 'hfit_numbers' },
    ]);
    await undo('INSERT INTO hfit_orders VALUES (2, 2)', 'DELETE FROM hfit_orders WHERE id = 1');
    await expect(log.database.dialect.muteTriggers(log.session, schema.tables)).rejects.toThrow(
      /HFIT_TRIGGERS_FIRE.*hfit_orders_ai/,
    );
    await log.database.dialect.log.remove(log.session);
    expect(await triggersOf('hfit_orders')).toEqual([['hfit_orders_ai', 'AFTER INSERT']]);

    await log.act(
      'CREATE TABLE hfit_log (id int, note text)',
      `INSERT INTO hfit_log VALUES (1, 'mine')`,
    );
    expect(await log.database.dialect.log.status(log.session)).toBeNull();
    expect(await obstacle()).toMatch(/table hfit_log has a name .*: rename it/);
    await log.database.dialect.log.remove(log.session);
    expect(await ask(log.server.url, 'SELECT note FROM hfit_log')).toEqual([['mine']]);
    await log.act(
      'DROP TABLE hfit_log',
      'CREATE TRIGGER hfit_0_ai AFTER INSERT ON hfit_orders FOR EACH ROW SET @x = 1',
    );
    expect(await obstacle()).toMatch(/trigger hfit_0_ai of table hfit_orders has a name/);
    await log.database.dialect.log.remove(log.session);
    expect(await triggersOf('hfit_orders')).toContainEqual(['hfit_0_ai', 'AFTER INSERT']);
    await log.act('DROP TRIGGER hfit_0_ai');
    expect(await obstacle()).toBeNull();
  });

  it('names the table that leaves no room for its columns, and leaves nothing behind', async () => {
    log = await logged(['CREATE TABLE t (id int PRIMARY KEY)']);
    const many = (n: number) => Array.from({ length: n }, (_, i) => `c${i} int`).join(', ');
    for (const wide of [
      'CREATE TABLE wide (id int PRIMARY KEY, a varchar(16000), b varchar(380)) DEFAULT CHARSET utf8mb4',
      `CREATE TABLE wide (${many(1016)})`,
      `CREATE TABLE wide (${Array.from({ length: 31 }, (_, i) => `c${i} char(255) NOT NULL`).join(', ')}, x char(196) NOT NULL) DEFAULT CHARSET latin1`,
    ]) {
      await log.act(wide);
      const schema = await log.database.introspect();
      const { log: it } = log.database.dialect;
      expect(await it.obstacle(log.session, schema)).toBeNull();
      await expect(it.install(log.session, schema)).rejects.toThrow(
        /HFIT_LOG_IMPOSSIBLE.*table wide is so wide/,
      );
      expect(await ask(log.server.url, 'SHOW TABLES')).toEqual([['t'], ['wide']]);
      expect(await ask(log.server.url, 'SHOW TRIGGERS')).toEqual([]);
      await log.act('DROP TABLE wide');
    }
  });

  it('tells the key that would act on tables beyond it', async () => {
    log = await logged(['CREATE TABLE a (id int PRIMARY KEY)', 'INSERT INTO a VALUES (1)']);
    const other = `${log.server.name}_b`;
    const refer = (action: string) =>
      `CREATE TABLE ${other}.b (id int PRIMARY KEY, a_id int, CONSTRAINT b_to_a FOREIGN KEY (a_id) REFERENCES ${log.server.name}.a (id) ${action})`;
    try {
      await log.act(`CREATE DATABASE ${other}`, refer('ON DELETE RESTRICT'));
      expect(await obstacle()).toBeNull();
      for (const action of ['ON DELETE CASCADE', 'ON DELETE SET NULL', 'ON UPDATE CASCADE']) {
        await log.act(`DROP TABLE ${other}.b`, refer(action));
        await expect(obstacle()).rejects.toThrow(
          `HFIT_TRACK_REACHES: foreign key b_to_a of table ${other}.b acts on its rows when those of a change`,
        );
      }
      const both = await log.database.introspect(['', other]);
      expect(await log.database.dialect.log.obstacle(log.session, both)).toBeNull();
    } finally {
      await log.act(`DROP DATABASE ${other}`);
    }
  });
});
