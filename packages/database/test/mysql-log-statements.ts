import fc from 'fast-check';

/** Columns of a key, of a loop, of none; values of types whose equality is not that of bytes. */
export const made = [
  `CREATE TABLE person (id int AUTO_INCREMENT PRIMARY KEY, name varchar(9) UNIQUE, boss int, v int,
     FOREIGN KEY (boss) REFERENCES person (id) ON DELETE SET NULL)`,
  `CREATE TABLE team (a varchar(4), b int, lead_id int, PRIMARY KEY (a, b),
     FOREIGN KEY (lead_id) REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE)`,
  `CREATE TABLE member (a varchar(4), b int, v int, FOREIGN KEY (a, b) REFERENCES team (a, b) ON DELETE CASCADE ON UPDATE CASCADE)`,
  `CREATE TABLE node (id int PRIMARY KEY, up int, v int, FOREIGN KEY (up) REFERENCES node (id) ON DELETE CASCADE)`,
  'CREATE TABLE bag (v int, f float, t varchar(9), x varbinary(4))',
  `CREATE TABLE card (no int UNIQUE, t varchar(9), v int, person int, UNIQUE (t(1)),
     FOREIGN KEY (person) REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE)`,
  'CREATE TABLE hold (v int, person int, FOREIGN KEY (person) REFERENCES person (id))',
  `INSERT INTO person VALUES (1, 'a', NULL, 1), (2, 'b', 1, 2), (3, 'c', 1, NULL), (4, NULL, 3, 4)`,
  `INSERT INTO team VALUES ('x', 1, 1), ('x', 2, 2), ('Y', 1, 2), ('z', 1, NULL)`,
  `INSERT INTO member VALUES ('x', 1, 1), ('x', 1, 1), ('x', 2, NULL), ('Y', 1, 3), (NULL, 1, 4)`,
  'INSERT INTO node VALUES (1, NULL, 0), (2, 1, 0), (3, 1, 0), (4, 2, 0), (5, 4, 0), (6, NULL, 0)',
  `INSERT INTO card VALUES (1, 'a', 1, 1), (2, 'b', 1, 1), (NULL, NULL, 1, 2), (NULL, NULL, 1, 2)`,
  'INSERT INTO hold VALUES (1, 3), (1, 3), (NULL, NULL)',
  `INSERT INTO bag VALUES (1, 0.1, 'a', X'61'), (1, 0.1, 'a', X'61'), (1, 0.1, 'A', X'6120'), (NULL, NULL, NULL, NULL)`,
];

const n = fc.integer({ min: 0, max: 7 });
const letter = fc.constantFrom("'a'", "'A'", "'x'", "'X '", "'y'", "''", "'é'");
const value = fc.oneof(n.map(String), fc.constant('NULL'));
const whole = fc.constantFrom('v', 'v + 1', 'NULL', '3');
const where = fc.oneof(
  n.map((it) => `v = ${it}`),
  n.map((it) => `v > ${it}`),
  fc.constant('v IS NULL'),
  fc.constant('TRUE'),
);
const maybe = (list: string[]) => fc.constantFrom('', ...list);

/** One statement that a test might send; some of them are refused, which is part of it. */
export const statement = fc.oneof(
  fc
    .tuple(maybe(['IGNORE ']), letter, value, value)
    .map(
      ([ignore, name, boss, v]) =>
        `INSERT ${ignore}INTO person (name, boss, v) VALUES (${name}, ${boss}, ${v})`,
    ),
  fc
    .tuple(n, letter, value)
    .map(([id, name, v]) => `REPLACE INTO person (id, name, v) VALUES (${id}, ${name}, ${v})`),
  fc
    .tuple(n, letter, n)
    .map(
      ([id, name, to]) =>
        `INSERT INTO person (id, name) VALUES (${id}, ${name}) ON DUPLICATE KEY UPDATE name = ${name}, id = ${to}`,
    ),
  fc.tuple(whole, where).map(([to, if_]) => `UPDATE person SET v = ${to} WHERE ${if_}`),
  fc.tuple(n, n).map(([id, to]) => `UPDATE IGNORE person SET id = ${to} WHERE id = ${id}`),
  fc.tuple(n, value).map(([id, boss]) => `UPDATE person SET boss = ${boss} WHERE id = ${id}`),
  n.map((id) => `DELETE FROM person WHERE id = ${id}`),
  where.map((it) => `DELETE FROM person WHERE ${it}`),
  fc
    .tuple(letter, n, value)
    .map(
      ([a, b, lead]) =>
        `INSERT INTO team VALUES (${a}, ${b}, ${lead}) ON DUPLICATE KEY UPDATE lead_id = ${lead}, b = b + 1`,
    ),
  fc.tuple(letter, letter).map(([a, to]) => `UPDATE team SET a = ${to} WHERE a = ${a} LIMIT 1`),
  fc.tuple(letter, n).map(([a, b]) => `DELETE FROM team WHERE a = ${a} OR b = ${b}`),
  fc
    .tuple(letter, n, value)
    .map(([a, b, v]) => `INSERT INTO member VALUES (${a}, ${b}, ${v}), (NULL, ${b}, 1)`),
  fc
    .tuple(whole, where, n)
    .map(([to, if_, limit]) => `UPDATE member SET v = ${to} WHERE ${if_} LIMIT ${limit}`),
  fc.tuple(where, n).map(([if_, limit]) => `DELETE FROM member WHERE ${if_} LIMIT ${limit}`),
  fc.constant('DELETE member, team FROM member JOIN team USING (a, b) WHERE member.v = 1'),
  fc.tuple(n, value).map(([id, up]) => `INSERT INTO node VALUES (${id + 5}, ${up}, 1)`),
  fc.tuple(n, n).map(([id, up]) => `UPDATE node SET up = ${up}, v = v + 1 WHERE id = ${id}`),
  fc.tuple(n, n).map(([id, to]) => `UPDATE node SET id = ${to + 8} WHERE id = ${id}`),
  n.map((id) => `DELETE FROM node WHERE id = ${id}`),
  fc
    .tuple(value, letter)
    .map(
      ([v, t]) =>
        `INSERT INTO bag VALUES (${v}, ${v} / 3, ${t}, ${t}), (${v}, ${v} / 3, ${t}, ${t})`,
    ),
  fc
    .tuple(letter, where, n)
    .map(([t, if_, limit]) => `UPDATE bag SET t = ${t}, f = -f WHERE ${if_} LIMIT ${limit}`),
  fc.tuple(where, n).map(([if_, limit]) => `DELETE FROM bag WHERE ${if_} LIMIT ${limit}`),
  fc.constant('INSERT INTO bag SELECT * FROM bag LIMIT 5'),
  fc
    .tuple(fc.constantFrom('INSERT IGNORE', 'REPLACE', 'INSERT'), value, letter, value, value)
    .map(
      ([insert, no, t, v, person]) =>
        `${insert} INTO card VALUES (${no}, ${t}, ${v}, ${person}), (NULL, NULL, 1, ${person})`,
    ),
  fc
    .tuple(value, letter, value)
    .map(
      ([no, t, to]) =>
        `INSERT IGNORE INTO card VALUES (${no}, ${t}, 1, 1) ON DUPLICATE KEY UPDATE no = ${to}, v = 2`,
    ),
  fc
    .tuple(maybe(['IGNORE ']), value, value, where)
    .map(
      ([ignore, no, person, if_]) =>
        `UPDATE ${ignore}card SET no = ${no}, person = ${person} WHERE ${if_}`,
    ),
  fc
    .tuple(letter, where)
    .map(([t, if_]) => `UPDATE IGNORE card SET t = CONCAT(${t}, 'z'), v = 3 WHERE ${if_}`),
  fc
    .tuple(n, where)
    .map(
      ([no, if_]) =>
        `UPDATE IGNORE card JOIN hold USING (v) SET card.no = ${no}, hold.person = ${no} WHERE ${if_.replace('v', 'card.v')}`,
    ),
  where.map((it) => `DELETE IGNORE FROM person WHERE ${it}`),
  where.map((it) => `UPDATE IGNORE person SET id = id + 1 WHERE ${it} ORDER BY id DESC`),
  fc.tuple(value, value).map(([v, person]) => `INSERT IGNORE INTO hold VALUES (${v}, ${person})`),
  fc.constantFrom('START TRANSACTION', 'COMMIT', 'ROLLBACK', 'SAVEPOINT s', 'ROLLBACK TO s'),
);
