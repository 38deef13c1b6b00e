import fc from 'fast-check';

/** Each way in which SQLite keeps and changes rows: keys, REPLACE, cascades, triggers of users. */
export const schema = `
  CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT COLLATE NOCASE UNIQUE, v REAL);
  CREATE TABLE child (id INTEGER PRIMARY KEY, v,
    parent INT REFERENCES parent ON DELETE CASCADE ON UPDATE CASCADE,
    up INT REFERENCES child ON DELETE CASCADE, code TEXT REFERENCES parent (code) ON DELETE SET NULL);
  CREATE TABLE pair (a TEXT COLLATE NOCASE DEFAULT 'a', b NOT NULL DEFAULT 2, v, PRIMARY KEY (b, a)) WITHOUT ROWID;
  CREATE TABLE loose (a, b);
  CREATE TABLE replacing (id INT PRIMARY KEY, a TEXT NOT NULL DEFAULT bare UNIQUE ON CONFLICT REPLACE, b ANY) STRICT;
  CREATE TABLE computed (id TEXT PRIMARY KEY, a INT, b, twice AS (a * 2) UNIQUE, both AS (a || b) STORED);
  CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, a, b);
  CREATE UNIQUE INDEX part ON loose (a COLLATE NOCASE) WHERE b > 1;
  CREATE UNIQUE INDEX expression ON loose (lower(b), a IS NULL) WHERE typeof(b) = 'text';
  CREATE TRIGGER again AFTER UPDATE ON child WHEN new.v IS 1 BEGIN UPDATE child SET v = 3 WHERE id = new.id; END;
  CREATE TRIGGER fresh AFTER INSERT ON child BEGIN UPDATE child SET v = 'new' WHERE id = new.id AND v IS NULL; END;
  CREATE TRIGGER gone BEFORE DELETE ON parent BEGIN INSERT INTO audit (a, b) VALUES ('gone', old.code); END;
  CREATE TRIGGER refuse BEFORE DELETE ON replacing WHEN old.b = 2 BEGIN SELECT RAISE(IGNORE); END;
  CREATE TRIGGER moved BEFORE INSERT ON loose WHEN new.a = 3 BEGIN DELETE FROM loose WHERE b = 1; INSERT INTO loose VALUES (4, 4); END`;

export const columns: Record<string, string[]> = {
  parent: ['id', 'code', 'v'],
  child: ['id', 'v', 'parent', 'up', 'code'],
  pair: ['a', 'b', 'v'],
  loose: ['rowid', 'a', 'b'],
  replacing: ['rowid', 'id', 'a', 'b'],
  computed: ['id', 'a', 'b'],
  audit: ['id', 'a', 'b'],
};

const value = fc.oneof(
  fc.constantFrom(
    'NULL',
    "'a'",
    "'A'",
    "'b'",
    "'B'",
    '1.0',
    '1.5',
    '-0.0',
    '0',
    "X'00'",
    "X'61'",
    '-1',
  ),
  fc.integer({ min: 1, max: 6 }).map(String),
);
const conflict = fc.constantFrom(
  '',
  '',
  'OR REPLACE',
  'OR REPLACE',
  'OR IGNORE',
  'OR FAIL',
  'OR ROLLBACK',
);
const table = fc.constantFrom(...Object.keys(columns));
const condition = (names: string[]) =>
  fc.oneof(
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom('=', '<', '>', 'IS'), value)
      .map((it) => it.join(' ')),
    fc.constant('TRUE'),
  );
/** One statement that writes; some are refused. */
export const statement = table.chain((name) => {
  const names = columns[name] as string[];
  const some = fc.subarray(names, { minLength: 1 });
  const insert = fc
    .tuple(conflict, some, fc.integer({ min: 1, max: 3 }), fc.infiniteStream(value))
    .map(([or, list, rows, values]) => {
      const row = () => `(${list.map(() => values.next().value).join()})`;
      return `INSERT ${or} INTO ${name} (${list}) VALUES ${Array.from({ length: rows }, row)}`;
    });
  const set = fc.tuple(
    fc.constantFrom(...names),
    fc.oneof(value, fc.constantFrom(...names.map((it) => `${it} + 1`), ...names)),
  );
  const sets = fc.uniqueArray(set, { selector: ([it]) => it, minLength: 1, maxLength: 3 });
  const update = fc
    .tuple(conflict, sets, condition(names))
    .map(
      ([or, list, where]) =>
        `UPDATE ${or} ${name} SET ${list.map((it) => it.join(' = '))} WHERE ${where}`,
    );
  const upsert = fc
    .tuple(insert, set)
    .map(
      ([sql, it]) =>
        `${sql.replace(/INSERT OR \w+/, 'INSERT')} ON CONFLICT DO UPDATE SET ${it.join(' = ')}`,
    );
  const remove = condition(names).map((where) => `DELETE FROM ${name} WHERE ${where}`);
  return fc.oneof(
    { weight: 5, arbitrary: insert },
    { weight: 4, arbitrary: update },
    { weight: 2, arbitrary: upsert },
    { weight: 2, arbitrary: remove },
    fc.constantFrom('BEGIN', 'SAVEPOINT s', 'ROLLBACK TO s', 'COMMIT', 'ROLLBACK'),
  );
});
