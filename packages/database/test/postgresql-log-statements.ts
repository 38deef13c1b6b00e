import fc from 'fast-check';

/** Each kind of table and of value that a weaker log would lose. */
export const there = `
  CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE TYPE pair AS (a int, b text);
  CREATE DOMAIN label AS varchar(20) CHECK (VALUE <> 'never');
  CREATE TABLE team (id int PRIMARY KEY, name text UNIQUE, boss int REFERENCES team ON DELETE SET NULL);
  CREATE TABLE person (id serial PRIMARY KEY, team_id int REFERENCES team ON DELETE CASCADE ON UPDATE CASCADE,
    j json, jb jsonb, arr int[], f float8, n numeric, at timestamptz, span interval, x bytea, m mood, p pair, l label,
    r int4multirange, c char(4), v varchar(8), twice int GENERATED ALWAYS AS (id * 2) STORED,
    loud text GENERATED ALWAYS AS (v || '!') VIRTUAL);
  CREATE TABLE bag (a int, b text);
  CREATE TABLE part (k int NOT NULL, v text) PARTITION BY RANGE (k);
  CREATE TABLE part_low PARTITION OF part FOR VALUES FROM (0) TO (5);
  CREATE TABLE part_high (v text, k int NOT NULL); ALTER TABLE part ATTACH PARTITION part_high DEFAULT;
  CREATE TABLE base (id int PRIMARY KEY, v text); CREATE TABLE heir (more int) INHERITS (base);
  CREATE SEQUENCE loose INCREMENT -3;
  CREATE FUNCTION echo() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO bag VALUES (NEW.id, TG_OP); UPDATE team SET name = name || '.' WHERE id = NEW.id AND length(name) < 6;
    RETURN NULL; END $$;
  CREATE TRIGGER echo AFTER INSERT OR UPDATE ON team FOR EACH ROW EXECUTE FUNCTION echo();
  INSERT INTO team SELECT i, 'team' || i, nullif(i - 1, 0) FROM generate_series(1, 6) i;
  INSERT INTO person (team_id, l) SELECT 1 + i % 6, 'l' || i FROM generate_series(1, 10) i;
  INSERT INTO bag VALUES (1, 'x'), (1, 'x'), (2, 'y'), (NULL, NULL);
  INSERT INTO part SELECT i, 'p' || i FROM generate_series(0, 9) i;
  INSERT INTO base VALUES (1, 'b'); INSERT INTO heir VALUES (1, 'b', 1), (2, 'c', 2)`;

const n = fc.integer({ min: 0, max: 9 });
const words = ['a', 'b', '', "it's", '"', '\\', '(,)', ' ', 'é漢😀', 'NULL', '\t\n'];
const text = fc.constantFrom(...words.map((it) => `'${it.replaceAll(`'`, `''`)}'`));
const value = fc.oneof(text, fc.constant('NULL'));

/** Values of the types that a weaker image would lose, as column and expression. */
const typed = fc.constantFrom(
  `j = '{"a":  1, "a": 2}'`,
  `j = '{"a": 1,"a":2}'`,
  `jb = '[1, null, 1.50]'`,
  `arr = '[0:1]={7,NULL}'`,
  `arr = '{{1},{2}}'`,
  `f = '-0'`,
  `f = 'NaN'`,
  `f = 1e-310`,
  `n = 1.50`,
  `n = 1.5`,
  `n = '-Infinity'`,
  `at = 'infinity'`,
  `at = '0044-03-15 12:00:00.123456+01 BC'`,
  `span = '1 mon -3 days 00:00:00.000001'`,
  `x = '\\x00ff'`,
  `m = 'happy'`,
  `p = (1, 'a "b", \\ ()')`,
  `p = (NULL, '')`,
  `l = ''`,
  `r = '{[1,3),[5,9)}'`,
  `c = 'a'`,
  `v = ' a '`,
);

/** One statement of a test that writes; some are refused. */
export const statement = fc.oneof(
  fc.tuple(n, value).map(([i, v]) => `INSERT INTO team VALUES (${i} + 5, ${v}, ${i} % 3 + 1)`),
  fc.tuple(n, n).map(([i, j]) => `UPDATE team SET id = ${i} WHERE id = ${j}`),
  fc.tuple(n, value).map(([i, v]) => `UPDATE team SET name = ${v} WHERE id % 4 = ${i}`),
  n.map((i) => `DELETE FROM team WHERE id % 5 = ${i}`),
  n.map((i) => `INSERT INTO person (team_id) SELECT id FROM team LIMIT ${i}`),
  fc.tuple(typed, n).map(([set, i]) => `UPDATE person SET ${set} WHERE id % 4 <> ${i}`),
  n.map(
    (i) =>
      `WITH gone AS (DELETE FROM person WHERE id = ${i} RETURNING l) INSERT INTO bag SELECT ${i}, l FROM gone`,
  ),
  fc
    .tuple(n, value)
    .map(
      ([i, v]) =>
        `INSERT INTO person (id, l) VALUES (${i}, ${v}) ON CONFLICT (id) DO UPDATE SET l = excluded.l, team_id = NULL`,
    ),
  fc
    .tuple(n, value)
    .map(([i, v]) => `INSERT INTO bag SELECT ${i}, ${v} FROM generate_series(1, 3)`),
  n.map((i) => `DELETE FROM bag WHERE ctid IN (SELECT ctid FROM bag LIMIT ${i})`),
  value.map((v) => `UPDATE bag SET b = ${v}`),
  fc.tuple(n, value).map(([i, v]) => `INSERT INTO part VALUES (${i}, ${v})`),
  fc.tuple(n, value).map(([i, v]) => `INSERT INTO part_high (v, k) VALUES (${v}, ${i} + 5)`),
  n.map((i) => `UPDATE part SET k = abs(k - ${i})`),
  fc.tuple(n, value).map(([i, v]) => `UPDATE part_low SET v = ${v} WHERE k = ${i}`),
  fc.tuple(n, value).map(([i, v]) => `UPDATE base SET v = ${v} WHERE id > ${i}`),
  n.map((i) => `INSERT INTO heir VALUES (${i} + 3, 'h', ${i})`),
  n.map((i) => `DELETE FROM base WHERE id = ${i}`),
  fc
    .constantFrom(
      'bag',
      'part',
      'part_low',
      'person',
      'team CASCADE',
      'base',
      'ONLY base',
      'person RESTART IDENTITY',
    )
    .map((it) => `TRUNCATE ${it}`),
  n.map((i) => `SELECT setval('loose', -${i} - 1, ${i % 2 === 0}), nextval('person_id_seq')`),
  fc.constantFrom('SET session_replication_role = replica', 'RESET session_replication_role'),
  fc.constantFrom('BEGIN', 'COMMIT', 'ROLLBACK', 'SAVEPOINT a', 'ROLLBACK TO a'),
);
