import fc from 'fast-check';

const one = (...list: string[]) => fc.constantFrom(...list);
const n = fc.integer({ min: 0, max: 7 });

/** Beside the tables of the other laws: kinds of tables that only definitions tell apart. */
export const more = [
  'CREATE SEQUENCE seq INCREMENT 2 CACHE 3',
  'CREATE TABLE parts (id int PRIMARY KEY, v int) PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (5), PARTITION high VALUES LESS THAN MAXVALUE)',
  'CREATE TABLE old (id int AUTO_INCREMENT PRIMARY KEY, v int) WITH SYSTEM VERSIONING',
  'CREATE TABLE shown (id int PRIMARY KEY, v int, w int AS (v + 1) VIRTUAL, x int AS (v * 2) STORED UNIQUE)',
  'CREATE TABLE aside (id int PRIMARY KEY, v int)',
  'INSERT INTO parts VALUES (1, 1), (2, 2), (6, 6), (7, NULL)',
  'INSERT INTO old (v) VALUES (1), (2), (NULL)',
  'INSERT INTO shown (id, v) VALUES (1, 1), (2, 2), (3, NULL)',
  'INSERT INTO aside VALUES (3, 3)',
];

const parted = one('parts', 'old', 'shown', 'aside', 'bag', 'more');

/** Statements that write to them. */
export const moreWrites = fc.oneof(
  fc.tuple(parted, n, n).map(([t, id, v]) => `INSERT INTO ${t} (id, v) VALUES (${id}, ${v})`),
  fc.tuple(parted, n).map(([t, v]) => `UPDATE ${t} SET v = ${v} WHERE id < 5`),
  fc.tuple(parted, n).map(([t, id]) => `DELETE FROM ${t} WHERE id = ${id}`),
  fc.tuple(parted, n).map(([t, id]) => `UPDATE ${t} SET id = id + ${id} ORDER BY id DESC`),
  one(
    'SELECT NEXTVAL(seq)',
    'SELECT SETVAL(seq, 90)',
    'SET @@timestamp = 1e9',
    'SET foreign_key_checks = 0',
    `SET sql_mode = ''`,
    'SET @@system_versioning_alter_history = KEEP',
  ),
);

const table = one(
  'person',
  'team',
  'member',
  'node',
  'bag',
  'card',
  'hold',
  'parts',
  'old',
  'shown',
  'aside',
  'more',
);
const column = one(
  'id',
  'v',
  'a',
  'b',
  'name',
  'boss',
  't',
  'x',
  'no',
  'f',
  'w',
  'person',
  'extra',
);
const type = one(
  'int',
  'bigint',
  'tinyint',
  'varchar(9)',
  'varchar(40)',
  'varchar(9) CHARACTER SET latin1',
  'float',
  'varbinary(4)',
  'int NOT NULL',
  `int DEFAULT 7`,
  'varchar(3)',
  'int AS (1 + 1) STORED',
  'int AS (v + 2) VIRTUAL',
  'timestamp DEFAULT current_timestamp ON UPDATE current_timestamp',
);
const how = one(
  '',
  '',
  '',
  ', ALGORITHM=COPY',
  ', ALGORITHM=INSTANT',
  ', ALGORITHM=INPLACE, LOCK=NONE',
);

const columns = fc.oneof(
  fc
    .tuple(table, column, type, one('', ' FIRST', ' AFTER v'), how)
    .map(([t, c, it, at, by]) => `ALTER TABLE ${t} ADD COLUMN ${c} ${it}${at}${by}`),
  fc.tuple(table, column, how).map(([t, c, by]) => `ALTER TABLE ${t} DROP COLUMN ${c}${by}`),
  fc
    .tuple(table, column, type, how)
    .map(([t, c, it, by]) => `ALTER TABLE ${t} DROP COLUMN ${c}, ADD COLUMN ${c} ${it}${by}`),
  fc
    .tuple(table, column, type, how)
    .map(
      ([t, c, it, by]) =>
        `ALTER TABLE ${t} DROP COLUMN ${c}${by}; ALTER TABLE ${t} ADD COLUMN ${c} ${it}${by}`,
    ),
  fc
    .tuple(table, column, column, how)
    .map(([t, a, b, by]) => `ALTER TABLE ${t} RENAME COLUMN ${a} TO ${b}${by}`),
  fc
    .tuple(table, column, column, how)
    .map(
      ([t, a, b, by]) =>
        `ALTER TABLE ${t} RENAME COLUMN ${a} TO ${b}, RENAME COLUMN ${b} TO ${a}${by}`,
    ),
  fc
    .tuple(table, column, type, one('', ' FIRST', ' AFTER v'), how)
    .map(([t, c, it, at, by]) => `ALTER TABLE ${t} MODIFY ${c} ${it}${at}${by}`),
  fc
    .tuple(table, column, type)
    .map(([t, c, it]) => `ALTER TABLE ${t} MODIFY ${c} ${it}; ALTER TABLE ${t} MODIFY ${c} int`),
  fc
    .tuple(table, column, one('SET DEFAULT 7', 'DROP DEFAULT'))
    .map(([t, c, it]) => `ALTER TABLE ${t} ALTER ${c} ${it}`),
);

const tables = fc.oneof(
  fc.tuple(table, table).map(([a, b]) => `RENAME TABLE ${a} TO x, ${b} TO ${a}, x TO ${b}`),
  one(
    'RENAME TABLE bag TO x, member TO bag, x TO member',
    'RENAME TABLE aside TO x, parts TO aside, x TO parts',
    'RENAME TABLE aside TO x; RENAME TABLE x TO aside',
    'RENAME TABLE old TO x, aside TO old, x TO aside',
  ),
  fc.tuple(table, one('more', 'sack')).map(([t, to]) => `ALTER TABLE ${t} RENAME TO ${to}`),
  table.map((t) => `DROP TABLE ${t}`),
  fc.tuple(table, table).map(([t, like]) => `CREATE TABLE ${t} LIKE ${like}`),
  table.map(
    (t) =>
      `CREATE TABLE x LIKE ${t}; INSERT INTO x SELECT * FROM ${t} LIMIT 2; DROP TABLE ${t}; RENAME TABLE x TO ${t}`,
  ),
  table.map((t) => `CREATE TABLE more AS SELECT * FROM ${t}`),
  table.map((t) => `CREATE OR REPLACE TABLE ${t} (id int PRIMARY KEY, v int)`),
  one(
    'DROP TABLE aside; CREATE TABLE aside (id int PRIMARY KEY, v int); INSERT INTO aside VALUES (3, 4)',
    'CREATE OR REPLACE TABLE bag (v int, f float, t varchar(9), x varbinary(4))',
    'CREATE TEMPORARY TABLE aside (id int, v int); INSERT INTO aside VALUES (7, 7)',
  ),
  table.map((t) => `TRUNCATE ${t}`),
  fc
    .tuple(
      table,
      one(
        'ENGINE=InnoDB',
        'ENGINE=MyISAM',
        'ENGINE=Aria',
        'ENGINE=MEMORY',
        'CONVERT TO CHARACTER SET latin1',
        'CONVERT TO CHARACTER SET utf8mb4',
        'DEFAULT CHARSET latin1',
        'COLLATE utf8mb4_bin',
        'ROW_FORMAT=COMPRESSED',
        `COMMENT 'x'`,
        `COMMENT ''`,
        'AUTO_INCREMENT = 90',
        'FORCE',
        'DISABLE KEYS',
        'ADD SYSTEM VERSIONING',
        'DROP SYSTEM VERSIONING',
        'PAGE_COMPRESSED=1',
        'STATS_PERSISTENT=1',
        'ORDER BY v',
        'CHECKSUM=1',
      ),
    )
    .map(([t, it]) => `ALTER TABLE ${t} ${it}`),
  fc
    .tuple(table, one('MyISAM', 'Aria'))
    .map(
      ([t, it]) =>
        `ALTER TABLE ${t} ENGINE=${it}; DELETE FROM ${t}; ALTER TABLE ${t} ENGINE=InnoDB`,
    ),
  table.map(
    (t) =>
      `ALTER TABLE ${t} CONVERT TO CHARACTER SET latin1; ALTER TABLE ${t} CONVERT TO CHARACTER SET utf8mb4`,
  ),
  fc
    .tuple(one('OPTIMIZE', 'ANALYZE', 'CHECK', 'REPAIR'), table)
    .map(([it, t]) => `${it} TABLE ${t}`),
  fc
    .tuple(
      one('parts', 'parts', 'aside', 'old'),
      one(
        'TRUNCATE PARTITION low',
        'DROP PARTITION low',
        'EXCHANGE PARTITION low WITH TABLE aside',
        'EXCHANGE PARTITION high WITH TABLE aside',
        'REORGANIZE PARTITION low INTO (PARTITION least VALUES LESS THAN (2), PARTITION low VALUES LESS THAN (5))',
        'REMOVE PARTITIONING',
        'REBUILD PARTITION low',
        'PARTITION BY HASH (id) PARTITIONS 2',
        'OPTIMIZE PARTITION ALL',
        'COALESCE PARTITION 1',
        'CONVERT PARTITION low TO TABLE more',
        `CONVERT TABLE more TO PARTITION less VALUES LESS THAN (2)`,
      ),
    )
    .map(([t, it]) => `ALTER TABLE ${t} ${it}`),
  one(
    'DELETE HISTORY FROM old',
    'TRUNCATE TABLE parts',
    'ALTER TABLE old DROP SYSTEM VERSIONING; DELETE FROM old; ALTER TABLE old ADD SYSTEM VERSIONING',
    'FLUSH TABLES',
    'LOCK TABLES bag WRITE; INSERT INTO bag (v) VALUES (9)',
  ),
);

const rules = fc.oneof(
  fc
    .tuple(one('', 'UNIQUE '), table, column)
    .map(([unique, t, c]) => `CREATE ${unique}INDEX i1 ON ${t} (${c})`),
  fc.tuple(table, one('i1', 'name', 'no', 't', 'x')).map(([t, i]) => `DROP INDEX ${i} ON ${t}`),
  fc.tuple(table, column).map(([t, c]) => `ALTER TABLE ${t} ADD PRIMARY KEY (${c})`),
  table.map((t) => `ALTER TABLE ${t} DROP PRIMARY KEY`),
  table.map((t) => `ALTER TABLE ${t} DROP PRIMARY KEY, ADD PRIMARY KEY (id)`),
  fc
    .tuple(
      table,
      column,
      one('person', 'node', 'aside', 'team'),
      one('', ' ON DELETE CASCADE', ' ON DELETE SET NULL ON UPDATE CASCADE'),
    )
    .map(
      ([t, c, to, act]) =>
        `ALTER TABLE ${t} ADD CONSTRAINT k1 FOREIGN KEY (${c}) REFERENCES ${to} (id)${act}`,
    ),
  fc
    .tuple(
      table,
      one(
        'k1',
        'person_ibfk_1',
        'team_ibfk_1',
        'member_ibfk_1',
        'node_ibfk_1',
        'card_ibfk_1',
        'hold_ibfk_1',
      ),
    )
    .map(([t, it]) => `ALTER TABLE ${t} DROP FOREIGN KEY ${it}`),
  one(
    'ALTER TABLE hold DROP FOREIGN KEY hold_ibfk_1, ADD CONSTRAINT hold_ibfk_2 FOREIGN KEY (person) REFERENCES person (id) ON DELETE CASCADE',
    'ALTER TABLE member DROP FOREIGN KEY member_ibfk_1; ALTER TABLE member ADD CONSTRAINT member_ibfk_1 FOREIGN KEY (a, b) REFERENCES team (a, b)',
  ),
  fc.tuple(table, column).map(([t, c]) => `ALTER TABLE ${t} ADD CONSTRAINT k2 CHECK (${c} <> 3)`),
  table.map((t) => `ALTER TABLE ${t} DROP CONSTRAINT k2`),
);

const event = one(
  'BEFORE INSERT',
  'AFTER INSERT',
  'BEFORE UPDATE',
  'AFTER UPDATE',
  'BEFORE DELETE',
  'AFTER DELETE',
);
const others = fc.oneof(
  table.map((t) => `CREATE VIEW seen AS SELECT * FROM ${t}`),
  one(
    'DROP VIEW seen',
    'INSERT INTO seen (v) VALUES (5)',
    'DELETE FROM seen',
    'UPDATE seen SET v = 6',
    'RENAME TABLE aside TO aside_rows; CREATE VIEW aside AS SELECT * FROM aside_rows',
  ),
  one(
    'ALTER SEQUENCE seq RESTART 70',
    'ALTER SEQUENCE seq INCREMENT 5',
    'ALTER SEQUENCE seq CYCLE MAXVALUE 100',
    'DROP SEQUENCE seq',
    'DROP SEQUENCE seq; CREATE SEQUENCE seq INCREMENT 2 CACHE 3',
    'DROP SEQUENCE seq; CREATE SEQUENCE seq',
    'RENAME TABLE seq TO seq2',
    'CREATE SEQUENCE seq2',
    'RENAME TABLE seq TO x, seq2 TO seq, x TO seq2',
  ),
  fc
    .tuple(
      event,
      table,
      one('', '', ' FOLLOWS hfit_4_bu', ' PRECEDES hfit_0_ai'),
      one(
        `INSERT INTO bag (v) VALUES (8)`,
        'SET @x = 1',
        `UPDATE aside SET v = 5`,
        `SIGNAL SQLSTATE '45000'`,
        'SET NEW.v = 4',
      ),
    )
    .map(
      ([e, t, order, what]) => `CREATE TRIGGER mine_${t} ${e} ON ${t} FOR EACH ROW${order} ${what}`,
    ),
  table.map((t) => `DROP TRIGGER mine_${t}`),
  fc.tuple(n, one('ai', 'au', 'ad', 'bu', 'bd')).map(([i, e]) => `DROP TRIGGER hfit_${i}_${e}`),
  fc
    .tuple(n, table)
    .map(
      ([i, t]) =>
        `CREATE OR REPLACE TRIGGER hfit_${i}_ai AFTER INSERT ON ${t} FOR EACH ROW SET @x = 1`,
    ),
  n.map((i) => `DROP TABLE hfit_log_${i}`),
  one('DROP TABLE hfit_log', 'DROP TABLE hfit_checkpoints'),
);

/** A statement that changes how things are defined; many are refused, each for what others have left. */
export const definition = fc.oneof(columns, tables, rules, others);
