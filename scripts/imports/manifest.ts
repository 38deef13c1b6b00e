import { existsSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import {
  dependenciesOf,
  type House,
  type Package,
  type Problem,
  packageOf,
  rowOf,
} from './model.js';

/** Checks the package.json and the tsconfig.json of a package against its row. */
export function checkManifest(house: House, pack: Package): Problem[] {
  const { room, folder } = pack;
  const at = (file: string) => relative(house.root, join(folder, file));
  if (!Object.hasOwn(house.rows, room)) {
    return [{ where: at(''), what: `has no row in scripts/check-imports.ts; add "${room}"` }];
  }
  const dependencies = [...dependenciesOf(pack)].flatMap(
    (name) => packageOf(house, name)?.room ?? [],
  );
  const forbidden = dependencies
    .filter((name) => !house.rows[room]?.includes(name))
    .map((name) => ({
      where: at('package.json'),
      what: `depends on "${name}", which ${rowOf(house.rows, room)} does not allow`,
    }));
  const references = referencesIn(join(folder, 'tsconfig.json'));
  return [...forbidden, ...compare(at('tsconfig.json'), references, dependencies)];
}

/** `tsc -b` builds only what the tsconfig.json of the root refers to. */
export function checkRootReferences(house: House): Problem[] {
  const rooms = house.packages.map(({ room }) => room);
  return compare('tsconfig.json', referencesIn(join(house.root, 'tsconfig.json')), rooms);
}

function compare(where: string, references: string[], expected: string[]): Problem[] {
  const missing = expected.filter((room) => !references.includes(room));
  const extra = references.filter((room) => !expected.includes(room));
  return [
    ...missing.map((room) => ({ where, what: `lacks the reference to "${room}"` })),
    ...extra.map((room) => ({ where, what: `refers to "${room}", which is no dependency` })),
  ];
}

/** The names of the folders that a tsconfig.json refers to. */
function referencesIn(file: string): string[] {
  if (!existsSync(file)) return [];
  const { config, error } = ts.parseConfigFileTextToJson(file, readFileSync(file, 'utf8'));
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  const references: { path: string }[] = config.references ?? [];
  return references.map(({ path }) => basename(resolve(file, '..', path)));
}
