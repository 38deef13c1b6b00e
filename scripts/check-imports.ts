import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkManifest, checkRootReferences } from './imports/manifest.js';
import type { Package, Problem, Rows } from './imports/model.js';
import { checkSource } from './imports/source.js';

/** What each room may import. `errors` is open to all; it is added below. */
const plan = {
  errors: [],
  document: [],
  database: [],
  changes: ['document', 'database'],
  generator: [],
  factory: ['database', 'changes', 'generator'],
  fixpoint: ['document', 'database', 'changes'],
  anyfixture: ['document', 'database', 'changes'],
  masking: ['document', 'generator'],
  extract: ['document', 'database', 'changes', 'masking'],
  hfitd: ['extract', 'document', 'database', 'changes', 'masking'],
  client: [],
  hfit: [
    ...['document', 'database', 'changes', 'generator', 'factory', 'fixpoint', 'anyfixture'],
    ...['masking', 'extract', 'client'],
  ],
  'hot-fixture': ['database', 'changes', 'generator', 'factory', 'fixpoint', 'anyfixture'],
} satisfies Rows;

const rows: Rows = Object.fromEntries(
  Object.entries(plan).map(([room, row]) => [room, room === 'errors' ? row : ['errors', ...row]]),
);

/** Finds everything in the repository at `root` that its rows do not allow. */
export function checkImports(root: string): Problem[] {
  const packages = readPackages(root);
  const house = { root, rows, packages };
  return [
    ...checkRootReferences(house),
    ...packages.flatMap((pack) => [
      ...checkManifest(house, pack),
      ...sourcesOf(pack).flatMap((file) =>
        checkSource(house, pack, file, readFileSync(file, 'utf8')),
      ),
    ]),
  ];
}

function readPackages(root: string): Package[] {
  return readdirSync(join(root, 'packages'))
    .sort()
    .map((room) => ({ room, folder: join(root, 'packages', room) }))
    .filter(({ folder }) => existsSync(join(folder, 'package.json')))
    .map(({ room, folder }) => {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return { room, folder, manifest };
    });
}

function sourcesOf({ folder }: Package): string[] {
  const src = join(folder, 'src');
  if (!existsSync(src)) return [];
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?[jt]sx?$/.test(name))
    .sort()
    .map((name) => join(src, name));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = checkImports(resolve(process.argv[2] ?? '.'));
  for (const { where, what } of problems) console.error(`${where}: ${what}`);
  if (problems.length > 0) process.exitCode = 1;
  else console.log('Every package imports only what its row allows.');
}
