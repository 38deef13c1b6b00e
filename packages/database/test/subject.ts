/** One way to reach one dialect: what the contract needs to know of it. */
export interface Subject {
  readonly name: string;
  /** Why the suite cannot run here; empty where it can. */
  readonly missing?: string;
  /** An empty database, whose name says that it is for tests. */
  fresh(): Promise<Fresh>;
  /** Two tables that point to each other by keys that are not null: `chicken` and `egg`. */
  readonly cycle: readonly string[];
  /** URLs that nobody answers. */
  readonly unreachable: string;
}

/** Tables with a composite key, a key to a unique column, and a self reference. */
export const music = [
  `CREATE TABLE artist (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL, code VARCHAR(20) NOT NULL UNIQUE)`,
  `CREATE TABLE album (artist_id INTEGER NOT NULL, number INTEGER NOT NULL, title VARCHAR(500),
     price DECIMAL(12,2), made DATE, artist_code VARCHAR(20),
     PRIMARY KEY (artist_id, number),
     FOREIGN KEY (artist_id) REFERENCES artist (id),
     FOREIGN KEY (artist_code) REFERENCES artist (code))`,
  `CREATE TABLE track (id INTEGER NOT NULL PRIMARY KEY, artist_id INTEGER, number INTEGER, name VARCHAR(500),
     follows INTEGER,
     FOREIGN KEY (artist_id, number) REFERENCES album (artist_id, number),
     FOREIGN KEY (follows) REFERENCES track (id))`,
];

export const rows = {
  artist: Array.from({ length: 2500 }, (_, i) => `(${i + 1}, 'Artist ${i + 1}', 'A${i + 1}')`),
  album: [
    `(1, 1, 'It''s "quoted" é 漢字 😀', 12.50, '1999-12-31', 'A2')`,
    `(1, 2, NULL, NULL, NULL, NULL)`,
    `(2, 1, '', 0.00, '2024-02-29', 'A1')`,
  ],
  track: [`(1, 1, 1, 'One', 3)`, `(2, 1, 2, 'Two', NULL)`, `(3, 2, 1, 'Three', 3)`],
};

/** The same with rows in them. */
export const filled = [
  ...music,
  ...Object.entries(rows).map(
    ([table, values]) => `INSERT INTO ${table} VALUES ${values.join(',')}`,
  ),
];

export interface Fresh {
  /** What is given to `openDatabase`. */
  readonly target: string | object;
  /** Runs statements without going through the package. */
  run(statements: readonly string[]): Promise<void>;
  /** Feeds a script to the client program of the dialect, where there is one; rejects as it fails. */
  readonly feed?: (text: string) => Promise<void>;
  drop(): Promise<void>;
}
