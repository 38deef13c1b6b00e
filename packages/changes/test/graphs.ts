const key = (column: string, target: string, rest = '') =>
  `FOREIGN KEY (${column}) REFERENCES ${target} (id) ${rest}`;
const cascade = 'ON DELETE CASCADE';

/** Graphs of foreign keys that other tools do not come back from, with rows in them. */
export const graphs = [
  // A chain of a table with itself. MySQL follows 15 steps of a cascade and no more.
  `CREATE TABLE link (id INTEGER NOT NULL PRIMARY KEY, next INTEGER, ${key('next', 'link', cascade)})`,
  `INSERT INTO link VALUES (1, NULL)`,
  ...Array.from({ length: 11 }, (_, i) => `INSERT INTO link VALUES (${i + 2}, ${i + 1})`),

  // Each points to the other.
  `CREATE TABLE m1 (id INTEGER NOT NULL PRIMARY KEY, other INTEGER)`,
  `CREATE TABLE m2 (id INTEGER NOT NULL PRIMARY KEY, other INTEGER, ${key('other', 'm1', cascade)})`,
  'INSERT INTO m1 VALUES (1, 2), (2, 1)',
  'INSERT INTO m2 VALUES (1, 1), (2, 2)',

  // f to b, b to a, d and e below: deleted from the top, by cascades and by nulls.
  `CREATE TABLE g_a (id INTEGER NOT NULL PRIMARY KEY)`,
  `CREATE TABLE g_b (id INTEGER NOT NULL PRIMARY KEY, a INTEGER, ${key('a', 'g_a', cascade)})`,
  `CREATE TABLE g_c (id INTEGER NOT NULL PRIMARY KEY, b INTEGER, ${key('b', 'g_b', cascade)})`,
  `CREATE TABLE g_d (id INTEGER NOT NULL PRIMARY KEY, b INTEGER, c INTEGER, ${key('b', 'g_b', cascade)}, ${key('c', 'g_c', 'ON DELETE SET NULL')})`,
  `CREATE TABLE g_e (a INTEGER, note VARCHAR(9), ${key('a', 'g_a', 'ON DELETE SET NULL')})`,
  'INSERT INTO g_a VALUES (1), (2)',
  'INSERT INTO g_b VALUES (1, 1), (2, 2)',
  'INSERT INTO g_c VALUES (1, 1), (2, 2)',
  'INSERT INTO g_d VALUES (1, 1, 1), (2, NULL, 1), (3, 2, NULL)',
  `INSERT INTO g_e VALUES (1, 'x'), (1, 'x'), (2, 'y')`,

  // A loop of cascades with a branch.
  `CREATE TABLE h_b (id INTEGER NOT NULL PRIMARY KEY, up INTEGER, ${key('up', 'h_b', cascade)})`,
  `CREATE TABLE h_d (id INTEGER NOT NULL PRIMARY KEY, b INTEGER, ${key('b', 'h_b', cascade)})`,
  'INSERT INTO h_b VALUES (1, NULL), (2, 1), (3, 2)',
  'INSERT INTO h_d VALUES (1, 1), (2, 3), (3, NULL)',

  // Keys that change, and take those below with them.
  `CREATE TABLE up (id INTEGER NOT NULL PRIMARY KEY)`,
  `CREATE TABLE down (up INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (up, n), ${key('up', 'up', `${cascade} ON UPDATE CASCADE`)})`,
  'INSERT INTO up VALUES (1), (2)',
  'INSERT INTO down VALUES (1, 1), (1, 2), (2, 1)',
];
