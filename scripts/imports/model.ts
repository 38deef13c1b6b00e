/** What each room may import besides itself, by the names of their folders. */
export type Rows = Readonly<Record<string, readonly string[]>>;

/** The part of a package.json that the check reads. */
export interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A package: its room is the name of its folder under `packages/`. */
export interface Package {
  readonly room: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

export interface House {
  readonly root: string;
  readonly rows: Rows;
  readonly packages: readonly Package[];
}

export interface Problem {
  /** From the root of the repository, with the line where there is one. */
  readonly where: string;
  readonly what: string;
}

/** All that the package may import when it runs at a user's. */
export function dependenciesOf({ manifest }: Package): Set<string> {
  return new Set(
    [manifest.dependencies, manifest.peerDependencies, manifest.optionalDependencies].flatMap(
      (group) => Object.keys(group ?? {}),
    ),
  );
}

/** The row of a room, as a message names it. */
export function rowOf(rows: Rows, room: string): string {
  const row = rows[room] ?? [];
  return `the row "${room}: ${row.length === 0 ? 'nothing' : row.join(', ')}"`;
}

/** The package of this house that a module name means: `@hot-fixture/x/y` is that of `x`. */
export function packageOf(house: House, specifier: string): Package | undefined {
  return house.packages.find(
    ({ manifest: { name } }) => specifier === name || specifier.startsWith(`${name}/`),
  );
}
