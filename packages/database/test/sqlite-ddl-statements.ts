import fc from 'fast-check';

const one = (...list: string[]) => fc.constantFrom(...list);
const n = fc.integer({ min: 1, max: 6 });
const table = one(
  'parent',
  'child',
  'pair',
  'loose',
  'replacing',
  'computed',
  'audit',
  'more',
  'aside',
);
const column = one('id', 'a', 'b', 'v', 'code', 'parent', 'up', 'extra', 'twice');

const alike =
  'CREATE TABLE loose (a, b); CREATE UNIQUE INDEX part ON loose (a COLLATE NOCASE) WHERE b > 1';

const columns = fc.oneof(
  fc
    .tuple(
      table,
      column,
      one(
        '',
        'INT',
        'TEXT DEFAULT 7',
        `TEXT NOT NULL DEFAULT 'x'`,
        'AS (1 + 1)',
        'REFERENCES parent ON DELETE CASCADE',
        'CHECK (v IS NOT 3)',
      ),
    )
    .map(([t, c, it]) => `ALTER TABLE ${t} ADD COLUMN ${c} ${it}`),
  fc.tuple(table, column).map(([t, c]) => `ALTER TABLE ${t} DROP COLUMN ${c}`),
  fc.tuple(table, column, column).map(([t, a, b]) => `ALTER TABLE ${t} RENAME COLUMN ${a} TO ${b}`),
  fc.tuple(table, one('a b', 'id v', 'a id')).map(([t, pair]) => {
    const [a, b] = pair.split(' ');
    return `ALTER TABLE ${t} RENAME ${a} TO x; ALTER TABLE ${t} RENAME ${b} TO ${a}; ALTER TABLE ${t} RENAME x TO ${b}`;
  }),
);

const tables = fc.oneof(
  fc
    .tuple(table, one('more', 'aside', 'sack'))
    .map(([t, to]) => `ALTER TABLE ${t} RENAME TO ${to}`),
  fc
    .tuple(table, table)
    .map(
      ([a, b]) =>
        `ALTER TABLE ${a} RENAME TO x; ALTER TABLE ${b} RENAME TO ${a}; ALTER TABLE x RENAME TO ${b}`,
    ),
  table.map((t) => `ALTER TABLE ${t} RENAME TO x; ALTER TABLE x RENAME TO ${t}`),
  table.map((t) => `DROP TABLE ${t}`),
  one(
    'CREATE TABLE more (id INTEGER PRIMARY KEY, v)',
    'CREATE TABLE more AS SELECT * FROM loose',
    'CREATE TABLE more (a, b) STRICT',
    'CREATE TABLE more (id INTEGER PRIMARY KEY AUTOINCREMENT, a ANY) STRICT',
    'CREATE TABLE more (a PRIMARY KEY, v) WITHOUT ROWID',
    'CREATE TEMP TABLE loose (a, b)',
    'CREATE TEMP TABLE parent (id INTEGER PRIMARY KEY, code, v)',
    'CREATE TEMP TABLE hfit_log (id INTEGER PRIMARY KEY, tbl, present, k, c1, c2, c3, c4, c5)',
    'CREATE VIRTUAL TABLE more USING fts5 (a, b)',
    `INSERT INTO more VALUES ('a', 'b')`,
  ),
  one(
    `DROP TABLE loose; ${alike}`,
    `DROP TABLE loose; ${alike}; INSERT INTO loose VALUES (1, 1), (5, 5)`,
    `CREATE TABLE x (a, b); INSERT INTO x SELECT * FROM loose; DROP TABLE loose; ALTER TABLE x RENAME TO loose`,
    'CREATE TABLE x (id INTEGER PRIMARY KEY AUTOINCREMENT, a, b); INSERT INTO x SELECT * FROM audit LIMIT 1; DROP TABLE audit; ALTER TABLE x RENAME TO audit',
  ),
  one(
    'VACUUM',
    'ANALYZE',
    'REINDEX',
    'PRAGMA auto_vacuum = FULL; VACUUM',
    'PRAGMA legacy_alter_table = ON',
    'PRAGMA foreign_keys = ON',
    'PRAGMA foreign_keys = OFF',
    'PRAGMA recursive_triggers = ON',
    'PRAGMA ignore_check_constraints = ON',
    'PRAGMA defer_foreign_keys = ON',
    'PRAGMA case_sensitive_like = ON',
    'PRAGMA query_only = OFF',
    'PRAGMA page_size = 8192; VACUUM',
    'PRAGMA application_id = 7',
    'PRAGMA user_version = 7',
  ),
  one(
    `ATTACH ':memory:' AS other`,
    'CREATE TABLE other.loose (a, b)',
    'INSERT INTO other.loose VALUES (1, 2)',
    'CREATE TABLE other.hfit_log (a)',
    'DETACH other',
    'INSERT INTO main.loose VALUES (5, 5)',
  ),
  one(
    'DELETE FROM sqlite_sequence',
    'UPDATE sqlite_sequence SET seq = 90',
    `INSERT INTO sqlite_sequence VALUES ('audit', 7)`,
    `UPDATE sqlite_sequence SET name = 'more'`,
  ),
  // A schema that is written by hand, as the manual of SQLite describes it.
  one(
    `UPDATE sqlite_schema SET sql = replace(sql, 'CREATE TABLE loose (a, b)', 'CREATE TABLE loose (b, a)') WHERE name = 'loose'`,
    `UPDATE sqlite_schema SET sql = 'CREATE TABLE aside (x, v)' WHERE name = 'aside'`,
    `UPDATE sqlite_schema SET sql = 'CREATE TABLE child (id INTEGER PRIMARY KEY, v, parent INT, up INT, code TEXT CHECK (v IS NOT 2))' WHERE name = 'child'`,
    `UPDATE sqlite_schema SET rootpage = CASE name WHEN 'aside' THEN (SELECT rootpage FROM sqlite_schema WHERE name = 'audit') ELSE (SELECT rootpage FROM sqlite_schema WHERE name = 'aside') END WHERE name IN ('aside', 'audit')`,
    `DELETE FROM sqlite_schema WHERE name = 'hfit_1_update'`,
  ).map((sql) => `PRAGMA writable_schema = ON; ${sql}; PRAGMA writable_schema = RESET`),
);

const rules = fc.oneof(
  fc
    .tuple(one('', 'UNIQUE '), table, column, one('', ' COLLATE NOCASE'))
    .map(([unique, t, c, it]) => `CREATE ${unique}INDEX i1 ON ${t} (${c}${it})`),
  fc
    .tuple(table, column)
    .map(([t, c]) => `CREATE UNIQUE INDEX i2 ON ${t} (lower(${c})) WHERE ${c} IS NOT 2`),
  one(
    'DROP INDEX i1',
    'DROP INDEX i2',
    'DROP INDEX part',
    'DROP INDEX expression',
    'DROP INDEX part; CREATE UNIQUE INDEX part ON loose (a COLLATE NOCASE) WHERE b > 1',
    'DROP INDEX part; CREATE UNIQUE INDEX part ON loose (a COLLATE NOCASE) WHERE b > 2',
  ),
);

const others = fc.oneof(
  table.map((t) => `CREATE VIEW seen AS SELECT * FROM ${t}`),
  one(
    'DROP VIEW seen',
    'CREATE TRIGGER through INSTEAD OF INSERT ON seen BEGIN INSERT INTO loose VALUES (6, 6); END',
    'INSERT INTO seen DEFAULT VALUES',
    'ALTER TABLE loose RENAME TO sack; CREATE VIEW loose AS SELECT * FROM sack',
  ),
  fc
    .tuple(
      one('', 'TEMP '),
      one(
        'BEFORE INSERT',
        'AFTER INSERT',
        'BEFORE UPDATE',
        'AFTER UPDATE',
        'BEFORE DELETE',
        'AFTER DELETE',
      ),
      table,
      one(
        'INSERT INTO audit (a) VALUES (7)',
        'DELETE FROM loose',
        'UPDATE child SET v = 7',
        'SELECT raise(IGNORE)',
        'SELECT raise(ABORT, 1)',
        'INSERT OR REPLACE INTO parent VALUES (1, 9, 9)',
      ),
    )
    .map(
      ([temp, when, t, what]) =>
        `CREATE ${temp}TRIGGER mine_${t} ${when} ON ${t} BEGIN ${what}; END`,
    ),
  table.map((t) => `DROP TRIGGER mine_${t}`),
  one('DROP TRIGGER again', 'DROP TRIGGER gone', 'DROP TRIGGER refuse'),
  fc
    .tuple(n, one('insert', 'inserted', 'update', 'clash', 'delete'))
    .map(([i, it]) => `DROP TRIGGER hfit_${i}_${it}`),
  one(
    'DROP TABLE hfit_log',
    'DROP TABLE hfit_meta',
    'DROP TABLE hfit_vacuum',
    'DROP TABLE hfit_tables',
    'DROP TABLE hfit_triggers',
    'DROP TABLE hfit_sequences',
    'DROP TABLE hfit_checkpoints',
    'ALTER TABLE hfit_log RENAME TO mine_log',
  ),
);

/** A statement that changes how things are defined; many are refused, each for what others have left. */
export const definition = fc.oneof(columns, tables, rules, others);
