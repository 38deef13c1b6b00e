import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Extensions, PGlite } from '@electric-sql/pglite';

let cluster: Promise<Blob> | undefined;

/** Each PGlite copies it all: two templates that nobody uses, and room for what large databases read. */
const small = [
  'UPDATE pg_database SET datistemplate = false',
  'DROP DATABASE template1',
  'DROP DATABASE template0',
  "ALTER SYSTEM SET shared_buffers = '4MB'",
];

/**
 * A PGlite of its own. To make a cluster takes seconds, so all are copies of one.
 * @param folder where it is to lie; by default in memory
 */
export async function freshPglite(folder?: string, extensions: Extensions = {}): Promise<PGlite> {
  cluster ??= keptCluster();
  const place = folder === undefined ? {} : { dataDir: folder };
  return PGlite.create({ ...place, extensions, loadDataDir: await cluster });
}

/** The cluster that an earlier process has kept, or a new one, which is kept for the next. */
async function keptCluster(): Promise<Blob> {
  const file = clusterFile();
  if (existsSync(file)) return new Blob([await readFile(file)]);
  const pglite = await PGlite.create();
  for (const statement of small) await pglite.exec(statement);
  const made = await pglite.dumpDataDir('none');
  await pglite.close();
  await mkdir(dirname(file), { recursive: true });
  // Several workers may be at it: each writes its own, and the last one stays.
  await writeFile(`${file}.${process.pid}`, Buffer.from(await made.arrayBuffer()));
  await rename(`${file}.${process.pid}`, file);
  return made;
}

function clusterFile(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const folder = fileURLToPath(new URL('../../node_modules/.cache/hot-fixture/', import.meta.url));
  return join(folder, `pglite-${versionOf(entry)}-small.tar`);
}

/** The package does not export its manifest. */
function versionOf(entry: string): string {
  const require = createRequire(import.meta.url);
  return require(join(dirname(entry), '..', 'package.json')).version;
}
