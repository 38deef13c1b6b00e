import { it } from 'vitest';
import { law, onEach, sharedPlace, track } from './postgresql-log-subject.js';

interface Trap {
  readonly name: string;
  /** What is there when the log is switched on. */
  readonly there: string;
  /** Each is a transaction of its own. */
  readonly acts: readonly string[];
}

const parent = (action: string) => `
  CREATE TABLE parent (id int PRIMARY KEY, v text UNIQUE);
  CREATE TABLE child (id int PRIMARY KEY, parent_id int DEFAULT 1 REFERENCES parent ${action}, up int REFERENCES child ${action});
  INSERT INTO parent VALUES (1, 'a'), (2, 'b'), (3, 'c');
  INSERT INTO child VALUES (1, 1, NULL), (2, 2, 1), (3, 2, 2), (4, 3, 4)`;

const traps: readonly Trap[] = [
  ...[
    'ON DELETE CASCADE ON UPDATE CASCADE',
    'ON DELETE SET NULL ON UPDATE SET NULL',
    'ON DELETE SET DEFAULT',
  ].map((action) => ({
    name: `foreign keys ${action}`,
    there: parent(action),
    acts: [
      'DELETE FROM child WHERE up = 4; DELETE FROM parent WHERE id = 3',
      ...(action.includes('UPDATE') ? ['UPDATE parent SET id = 9 WHERE id = 2'] : []),
      'DELETE FROM parent WHERE id > 1',
    ],
  })),
  {
    name: 'deferred constraints, with keys and unique values swapped',
    there: `
      CREATE TABLE hen (id int PRIMARY KEY, egg int, v text UNIQUE DEFERRABLE INITIALLY DEFERRED);
      CREATE TABLE egg (id int PRIMARY KEY, hen int NOT NULL REFERENCES hen DEFERRABLE INITIALLY DEFERRED);
      ALTER TABLE hen ADD FOREIGN KEY (egg) REFERENCES egg DEFERRABLE INITIALLY DEFERRED;
      CREATE TABLE swap (id int PRIMARY KEY, v text UNIQUE);
      BEGIN; INSERT INTO hen VALUES (1, 1, 'a'), (2, 2, 'b'); INSERT INTO egg VALUES (1, 2), (2, 1); COMMIT;
      INSERT INTO swap VALUES (1, 'x'), (2, 'y'), (3, 'z')`,
    acts: [
      `BEGIN; UPDATE hen SET v = 'b' WHERE id = 1; UPDATE hen SET v = 'a' WHERE id = 2; COMMIT`,
      `BEGIN; DELETE FROM hen WHERE id = 1; DELETE FROM egg WHERE hen = 1; UPDATE hen SET id = 1, egg = 1 WHERE id = 2;
       UPDATE egg SET hen = 1; COMMIT`,
      `UPDATE swap SET v = v || '-'; UPDATE swap SET v = 'y' WHERE id = 1; UPDATE swap SET v = 'x' WHERE id = 2`,
      `UPDATE swap SET id = -id; UPDATE swap SET id = 3 + id`,
    ],
  },
  {
    name: 'TRUNCATE, with cascade and restart of identity',
    there: `
      CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text);
      CREATE TABLE b (id serial PRIMARY KEY, a_id int REFERENCES a);
      INSERT INTO a (v) VALUES ('x'), (NULL); INSERT INTO b (a_id) VALUES (1), (2), (2)`,
    acts: [
      `INSERT INTO a (v) VALUES ('new')`,
      'TRUNCATE a RESTART IDENTITY CASCADE',
      `INSERT INTO a (v) VALUES ('again')`,
      'TRUNCATE b',
    ],
  },
  {
    name: 'partitions: written to directly, moved between, truncated',
    there: `
      CREATE TABLE part (k int NOT NULL, v text, n int GENERATED ALWAYS AS (k * 2) STORED) PARTITION BY RANGE (k);
      CREATE TABLE part_low (v text, gone int, k int NOT NULL, n int GENERATED ALWAYS AS (k * 2) STORED);
      ALTER TABLE part_low DROP COLUMN gone;
      ALTER TABLE part ATTACH PARTITION part_low FOR VALUES FROM (0) TO (10);
      CREATE TABLE part_high PARTITION OF part FOR VALUES FROM (10) TO (100) PARTITION BY LIST (v);
      CREATE TABLE part_x PARTITION OF part_high FOR VALUES IN ('x');
      CREATE TABLE part_rest PARTITION OF part_high DEFAULT;
      INSERT INTO part VALUES (1, 'x'), (1, 'x'), (2, 'y'), (11, 'x'), (12, 'y'), (13, 'z')`,
    acts: [
      `INSERT INTO part VALUES (3, 'new'), (30, 'x')`,
      `INSERT INTO part_low (v, k) VALUES ('direct', 4)`,
      `INSERT INTO part_high VALUES (40, 'middle')`,
      `UPDATE part SET k = k + 10 WHERE k < 10`,
      `UPDATE part_low SET v = 'y'`,
      `UPDATE part_high SET v = 'x' WHERE v = 'z'`,
      `DELETE FROM part_x WHERE k = 11`,
      'TRUNCATE part_rest',
      `INSERT INTO part VALUES (5, 'five')`,
      'TRUNCATE part',
      `INSERT INTO part VALUES (6, 'six'), (66, 'x')`,
    ],
  },
  {
    name: 'inheritance',
    there: `
      CREATE TABLE base (id int PRIMARY KEY, v text);
      CREATE TABLE heir (more int) INHERITS (base);
      CREATE TABLE grand (most text) INHERITS (heir);
      INSERT INTO base VALUES (1, 'a'); INSERT INTO heir VALUES (1, 'a', 7); INSERT INTO grand VALUES (2, 'b', 8, 'm')`,
    acts: [
      `UPDATE base SET v = v || '!'`,
      'UPDATE heir SET more = more + 1',
      'DELETE FROM base WHERE id = 1',
      `INSERT INTO grand VALUES (3, 'c', 9, 'n')`,
      'TRUNCATE heir',
      'TRUNCATE ONLY base',
    ],
  },
  {
    name: 'no primary key, duplicates, all null',
    there: `
      CREATE TABLE bag (a int, b json, c point);
      INSERT INTO bag SELECT 1, '{"a": 1}', '(1,2)' FROM generate_series(1, 5);
      INSERT INTO bag VALUES (NULL, NULL, NULL), (NULL, NULL, NULL), (1, '{"a":1}', '(1,2)');
      CREATE TABLE nothing (); INSERT INTO nothing DEFAULT VALUES; INSERT INTO nothing DEFAULT VALUES;
      CREATE TABLE half (a int, b int UNIQUE); INSERT INTO half VALUES (1, NULL), (1, NULL), (1, 1)`,
    acts: [
      `DELETE FROM bag WHERE ctid IN (SELECT ctid FROM bag LIMIT 3)`,
      `INSERT INTO bag SELECT * FROM bag`,
      `UPDATE bag SET a = 2 WHERE a IS NULL`,
      `DELETE FROM nothing WHERE ctid = (SELECT min(ctid) FROM nothing)`,
      `UPDATE half SET a = 2; INSERT INTO half VALUES (1, NULL), (1, NULL), (1, NULL)`,
    ],
  },
  {
    name: 'generated and identity columns, dropped columns, odd names',
    there: `
      CREATE TABLE gen (gone int, id int GENERATED ALWAYS AS IDENTITY, s int GENERATED ALWAYS AS (id * 2) STORED,
        v text, w text GENERATED ALWAYS AS (v || '!') VIRTUAL, d int GENERATED BY DEFAULT AS IDENTITY, PRIMARY KEY (id));
      ALTER TABLE gen DROP COLUMN gone;
      INSERT INTO gen (v) VALUES ('a'), ('b');
      CREATE TABLE "Odd ""name' $hfit$" (n int, t text, i int, x int, "old" int, "new" int, "tg_op" text, "image" text,
        "at" text, "Quo""te" int PRIMARY KEY, "r" int, u int);
      INSERT INTO "Odd ""name' $hfit$" VALUES (1, 'a', 2, 3, 4, 5, 'INSERT', 'i', 'at', 1, 1, 1), (1, 'a', 2, 3, 4, 5, NULL, 'i', 'at', 2, 2, 2)`,
    acts: [
      `INSERT INTO gen (v) VALUES ('c')`,
      `UPDATE gen SET v = 'z' WHERE id = 1`,
      'DELETE FROM gen WHERE id = 2',
      `UPDATE gen SET id = DEFAULT`,
      `UPDATE "Odd ""name' $hfit$" SET tg_op = 'DELETE', "new" = 8; DELETE FROM "Odd ""name' $hfit$" WHERE "Quo""te" = 1;
       INSERT INTO "Odd ""name' $hfit$" ("Quo""te", "old") VALUES (5, 5)`,
    ],
  },
  {
    name: 'keys of generated columns',
    there: `
      CREATE TABLE gen (a int, v text, g int GENERATED ALWAYS AS (a * 2) STORED PRIMARY KEY);
      CREATE TABLE mixed (a int, b int NOT NULL, g int GENERATED ALWAYS AS (a * 2) STORED, PRIMARY KEY (b, g), UNIQUE (g));
      INSERT INTO gen VALUES (1, 'x'), (2, 'y'), (3, NULL); INSERT INTO mixed VALUES (1, 1), (2, 1), (3, 2)`,
    acts: [
      `UPDATE gen SET v = 'z'`,
      'UPDATE gen SET a = a + 10',
      `DELETE FROM gen WHERE g = 22; INSERT INTO gen VALUES (1, 'new')`,
      'UPDATE mixed SET b = b + 1; DELETE FROM mixed WHERE a = 2',
      'TRUNCATE mixed',
    ],
  },
  {
    name: 'rows that checks and keys, never validated, would refuse',
    there: `
      CREATE TABLE old (id int PRIMARY KEY, v int, w text); CREATE TABLE orphan (id int PRIMARY KEY, up int);
      CREATE TABLE old_part (k int, v int) PARTITION BY LIST (k); CREATE TABLE old_part_1 PARTITION OF old_part DEFAULT;
      INSERT INTO old VALUES (1, -1, NULL), (2, 2, 'x'); INSERT INTO orphan VALUES (1, 99), (2, 2);
      INSERT INTO old_part VALUES (1, -1);
      ALTER TABLE old ADD CONSTRAINT positive CHECK (v > 0) NOT VALID, ADD CONSTRAINT there NOT NULL w NOT VALID;
      ALTER TABLE old_part ADD CHECK (v > 0) NOT VALID;
      ALTER TABLE orphan ADD FOREIGN KEY (up) REFERENCES old ON DELETE CASCADE NOT VALID`,
    acts: [
      `UPDATE old SET v = 5, w = 'y' WHERE id = 1`,
      'DELETE FROM orphan',
      'DELETE FROM old WHERE id = 1',
      'DELETE FROM old_part',
    ],
  },
  {
    name: 'checks of parents that were never validated',
    there: `
      CREATE TABLE base (id int PRIMARY KEY, v text); CREATE TABLE heir (more int) INHERITS (base); CREATE TABLE grand () INHERITS (heir);
      INSERT INTO base VALUES (1, 'b'); INSERT INTO heir VALUES (2, 'b', 1); INSERT INTO grand VALUES (3, 'b', 1), (4, NULL, 2);
      ALTER TABLE heir ADD CONSTRAINT c CHECK (v <> 'b') NOT VALID; ALTER TABLE base ADD CONSTRAINT c CHECK (v <> 'b') NOT VALID;
      ALTER TABLE base ADD CONSTRAINT n NOT NULL v NOT VALID`,
    acts: [`UPDATE base SET v = 'c'`, 'DELETE FROM ONLY heir', 'TRUNCATE grand'],
  },
  {
    name: 'functions in checks, domains, indexes and generated columns that name no schema',
    there: `
      CREATE FUNCTION half(i int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT i / 2';
      CREATE FUNCTION fine(i int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN half(i) < 100; END';
      CREATE FUNCTION three(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN half(i) * 6; END';
      CREATE DOMAIN few AS int CHECK (fine(VALUE)); CREATE DOMAIN must AS int NOT NULL CHECK (VALUE IS NOT NULL);
      CREATE TABLE calls (id int PRIMARY KEY, a int CHECK (fine(a)), b few, c int GENERATED ALWAYS AS (three(id)) STORED,
        must must GENERATED ALWAYS AS (id * 2) STORED);
      CREATE UNIQUE INDEX ON calls (three(a));
      CREATE TABLE named (t regclass, f regproc, ts regtype[]);
      INSERT INTO calls VALUES (1, 1, 1), (2, 2, 2), (3, 4, NULL);
      INSERT INTO named VALUES ('calls', 'half', '{few,int}'), ('calls', 'half', '{few,int}'), ('pg_class', 'now', NULL)`,
    acts: [
      'UPDATE calls SET a = a + 10, b = 7',
      'DELETE FROM calls WHERE id = 1; INSERT INTO calls VALUES (9, 9, 9)',
      `DELETE FROM named WHERE t = 'calls'::regclass; INSERT INTO named VALUES ('named', NULL, '{must}')`,
    ],
  },
  {
    name: 'triggers of users: one that updates the row again, an audit that refuses, a queue, rules, ALWAYS',
    there: `
      CREATE TABLE doc (id int PRIMARY KEY, v int, stamp int DEFAULT 0);
      CREATE TABLE queue (id serial, what text);
      CREATE TABLE audit (id serial PRIMARY KEY, what text);
      CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE doc SET stamp = stamp + 1 WHERE id = NEW.id AND stamp < 3; RETURN NULL; END $$;
      CREATE TRIGGER again AFTER INSERT OR UPDATE ON doc FOR EACH ROW EXECUTE FUNCTION again();
      CREATE FUNCTION enqueue() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO queue (what) VALUES (TG_OP); RETURN NULL; END $$;
      CREATE TRIGGER enqueue AFTER INSERT OR UPDATE OR DELETE ON doc FOR EACH ROW EXECUTE FUNCTION enqueue();
      CREATE TRIGGER always AFTER DELETE ON doc FOR EACH STATEMENT EXECUTE FUNCTION enqueue();
      ALTER TABLE doc ENABLE ALWAYS TRIGGER always;
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'never delete'; END $$;
      CREATE TRIGGER refuse BEFORE DELETE OR UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION refuse();
      CREATE RULE kept AS ON DELETE TO queue DO INSTEAD NOTHING;
      INSERT INTO audit (what) VALUES ('old');
      INSERT INTO doc VALUES (1, 1), (2, 2)`,
    acts: [
      'UPDATE doc SET v = v + 1, stamp = 0',
      'DELETE FROM doc WHERE id = 2',
      'INSERT INTO doc VALUES (3, 3)',
      `INSERT INTO audit (what) VALUES ('new')`,
    ],
  },
  {
    name: 'writers in replica mode, CTE, upsert, MERGE, procedures that commit, rollbacks',
    there: `
      CREATE TABLE t (id serial PRIMARY KEY, v text); INSERT INTO t (v) VALUES ('a'), ('b'), ('c');
      CREATE PROCEDURE steps() LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO t (v) VALUES ('one'); COMMIT; INSERT INTO t (v) VALUES ('two'); ROLLBACK;
        DELETE FROM t WHERE v = 'b'; COMMIT; END $$`,
    acts: [
      `SET session_replication_role = replica`,
      `UPDATE t SET v = 'replica' WHERE id = 1`,
      `RESET session_replication_role`,
      `WITH gone AS (DELETE FROM t WHERE id = 2 RETURNING v), new AS (INSERT INTO t (v) SELECT v FROM gone RETURNING id)
       UPDATE t SET v = 'cte' WHERE id = 3`,
      `INSERT INTO t VALUES (1, 'up'), (50, 'new') ON CONFLICT (id) DO UPDATE SET v = excluded.v`,
      `MERGE INTO t USING (VALUES (1, 'm'), (60, 'n')) s(id, v) ON t.id = s.id
       WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.v)`,
      'CALL steps()',
      `BEGIN; INSERT INTO t (v) VALUES ('never'); ROLLBACK`,
    ],
  },
  {
    name: 'exclusion constraints, unlogged tables, other schemas, sequences that no column owns',
    there: `
      CREATE TABLE room (id int PRIMARY KEY, during int4range, EXCLUDE USING gist (during WITH &&));
      INSERT INTO room VALUES (1, '[1,5)'), (2, '[5,9)');
      CREATE UNLOGGED TABLE fast (id int PRIMARY KEY); INSERT INTO fast VALUES (1);
      CREATE SEQUENCE down INCREMENT -1; CREATE SEQUENCE fresh; CREATE SEQUENCE cyc MAXVALUE 3 CYCLE;
      SELECT nextval('cyc'), nextval('cyc'), nextval('cyc'), setval('down', -7, false)`,
    acts: [
      `DELETE FROM room WHERE id = 1; UPDATE room SET during = '[1,5)' WHERE id = 2; INSERT INTO room VALUES (3, '[5,9)')`,
      'DELETE FROM fast',
      `SELECT nextval('cyc'), nextval('down'), nextval('fresh')`,
      'ALTER SEQUENCE fresh RESTART WITH 77',
    ],
  },
];

onEach('the log of $name meets', (subject) => {
  const place = sharedPlace(subject);

  it.each(traps)('$name', async ({ there, acts }) => {
    await place.run(there);
    await track(place);
    for (const round of [1, 2]) {
      await law(place, async () => {
        for (const act of round === 1 ? acts : [...acts].reverse()) {
          if (round === 2) await place.run(act).catch(() => {});
          else await place.run(act);
        }
        await place.run('ROLLBACK; RESET ALL');
      });
    }
  });
});
