import type { Fresh } from '../../database/test/subject.js';

/** One way to reach one dialect: what the suites of this room need to know of it. */
export interface Subject {
  readonly name: string;
  /** Why the suites cannot run here; empty where they can. */
  readonly missing?: string;
  /** How many runs a property has, of those that it would have; where a dialect is slow, fewer. */
  readonly share: number;
  /** Its server is part of the process that uses it. */
  readonly diesWithUser?: true;
  /** An empty database, whose name says that it is for tests. */
  fresh(): Promise<Fresh>;
  /** Statements around others that let foreign keys be broken while rows are put. */
  readonly loosely: readonly [readonly string[], readonly string[]];
  /** The table `rich` with the types of the dialect, numbered by itself, with generated columns. */
  readonly rich: readonly string[];
  /** For each column of `rich` but `id` and the generated ones, values as SQL. */
  readonly values: Readonly<Record<string, readonly string[]>>;
  /** How a number goes into the column that the database numbers: words before VALUES. */
  readonly overriding: string;
  /** Puts the sequences of `rich`, and others where there are, to where the number says. */
  sequences(n: number): readonly string[];
}

/** Composite keys, keys of two tables to each other, self references, unique values, no key. */
export const shapes = [
  `CREATE TABLE item (a INTEGER NOT NULL, b VARCHAR(20) NOT NULL, code VARCHAR(20) UNIQUE, note VARCHAR(200),
     PRIMARY KEY (a, b))`,
  `CREATE TABLE part (id INTEGER NOT NULL PRIMARY KEY, a INTEGER, b VARCHAR(20), code VARCHAR(20),
     FOREIGN KEY (a, b) REFERENCES item (a, b) ON DELETE CASCADE ON UPDATE CASCADE,
     FOREIGN KEY (code) REFERENCES item (code) ON DELETE CASCADE)`,
  `CREATE TABLE node (id INTEGER NOT NULL PRIMARY KEY, parent INTEGER, place INTEGER NOT NULL UNIQUE,
     FOREIGN KEY (parent) REFERENCES node (id) ON DELETE CASCADE)`,
  `CREATE TABLE bag (x INTEGER, y VARCHAR(20))`,
  `CREATE TABLE chicken (id INTEGER NOT NULL PRIMARY KEY, egg_id INTEGER NOT NULL)`,
  `CREATE TABLE egg (id INTEGER NOT NULL PRIMARY KEY, chicken_id INTEGER NOT NULL,
     FOREIGN KEY (chicken_id) REFERENCES chicken (id))`,
];
/** SQLite cannot add a foreign key, so it makes the two at once. */
export const closeCycle = 'ALTER TABLE chicken ADD FOREIGN KEY (egg_id) REFERENCES egg (id)';
export const shapesOfSqlite = shapes.map((sql) =>
  sql.replace('egg_id INTEGER NOT NULL', 'egg_id INTEGER NOT NULL REFERENCES egg (id)'),
);

export const tables = ['rich', 'part', 'item', 'node', 'bag', 'egg', 'chicken'];
