import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { PGlite } from '@electric-sql/pglite';
import { type Orphans, openDatabase, qualified } from '@hot-fixture/database';
import { findSecrets } from '../search.js';
import type { Secret } from '../secrets.js';

/** A secret that got out, and where it stands. */
export interface Leak extends Secret {
  readonly where: string;
}

export interface Found {
  /** Rows of each table of the test database. */
  readonly rows: Record<string, number>;
  readonly orphans: readonly Orphans[];
  readonly leaks: readonly Leak[];
}

/** Reads every value of a database: counts, and looks for orphans and secrets. */
export async function inspectDatabase(pglite: PGlite, secrets: readonly Secret[]): Promise<Found> {
  const database = await openDatabase(pglite);
  const rows: Record<string, number> = {};
  const leaks: Leak[] = [];
  const snapshot = await database.snapshot();
  for (const table of (await snapshot.introspect()).tables) {
    const name = qualified(table);
    rows[name] = 0;
    for await (const batch of snapshot.rows({ table, columns: table.columns })) {
      rows[name] += batch.length;
      const values = batch.flat().map(String).join('\n');
      leaks.push(...leaksOf(secrets, values, `test database, ${name}`));
    }
  }
  await snapshot.close();
  return { rows, orphans: await database.orphans(), leaks };
}

/** Reads every file of a folder, packages unpacked; the folders named are passed over. */
export async function inspectFiles(
  folder: string,
  except: readonly string[],
  secrets: readonly Secret[],
): Promise<Leak[]> {
  const leaks: Leak[] = [];
  const visit = async (at: string): Promise<void> => {
    for (const entry of await readdir(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      const name = relative(folder, path);
      if (entry.isDirectory() && !except.includes(name)) await visit(path);
      if (!entry.isFile()) continue;
      const bytes = await readFile(path);
      // A tar holds its files as they are, so that they can be searched where they stand.
      const content = path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
      leaks.push(...leaksOf(secrets, content, name));
    }
  };
  await visit(folder);
  return leaks;
}

export function leaksOf(
  secrets: readonly Secret[],
  content: Uint8Array | string,
  where: string,
): Leak[] {
  return findSecrets(secrets, content).map((secret) => ({ ...secret, where }));
}
