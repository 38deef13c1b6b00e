import type { CreateMode, LooseReference, Table } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { MaskerChoice } from '@hot-fixture/masking';
import type { Unread } from '../unread.js';
import type { Json } from './canonical.js';

/** Of the form of packages; a newer one is refused. */
export const packageVersion = 1;

export const places = {
  manifest: 'METADATA/manifest.json',
  signature: 'METADATA/manifest.sig.json',
  schema: 'METADATA/schema.json',
} as const;

export interface PackagedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a check found. */
export interface Check {
  readonly name: string;
  readonly passed: boolean;
  /** One line for people. */
  readonly detail: string;
  /** Where it failed, and why; the first hundred. */
  readonly failures: readonly { readonly place: string; readonly reason: string }[];
  /** Columns that it should have looked into, and could not; absent where there are none. */
  readonly notSearched?: readonly string[];
}

/** What a package says of itself. It is signed as canonical JSON. */
export interface Manifest {
  readonly hfitPackage: number;
  readonly name: string;
  /** ISO 8601, in UTC. */
  readonly madeAt: string;
  /** Who asked for it; null where nobody said. */
  readonly madeBy: string | null;
  readonly template: { readonly name: string; readonly sha256: string };
  readonly parameters: Readonly<Record<string, string>>;
  readonly policies: readonly { readonly file: string; readonly sha256: string }[];
  /** Whose masking key it is; null or absent where it is of no project. */
  readonly project?: string | null;
  /** Tells keys apart, and nothing about them. */
  readonly maskingKey: string;
  /** What became of each column, by `source: table`: `keep`, `deny` or the masker. */
  readonly columns: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The values that became NULL because a masker could not read them; absent in packages of before. */
  readonly unread?: Unread;
  /** By `source: table`. */
  readonly rows: Readonly<Record<string, number>>;
  readonly files: readonly PackagedFile[];
  /** Those that can only be made where the originals are. */
  readonly checks: readonly Check[];
}

/** The rows of one table that an export carries. */
export interface PackagedRows {
  /** Its place among the tables of the export. */
  readonly table: number;
  readonly columns: readonly string[];
  /** The columns whose values are as they were. */
  readonly kept: readonly string[];
  /** How those were masked of whose values something stays; absent in packages of before. */
  readonly partly?: Readonly<Record<string, MaskerChoice>>;
  readonly file: string;
  readonly rows: number;
}

/** An export of a database as a loader takes it; values stand in the files of its rows. */
export interface PackagedExport {
  readonly name: string;
  readonly source: string;
  readonly dialect: string;
  readonly isSubset: boolean;
  readonly schemas: readonly string[];
  readonly create: readonly { readonly table: Table; readonly mode: CreateMode }[];
  readonly tables: readonly Table[];
  /** Tables without rows that others cannot be made without. */
  readonly targets: readonly Table[];
  /** Those that no foreign key tells; absent in packages of before. */
  readonly references?: readonly LooseReference[];
  readonly rows: readonly PackagedRows[];
}

/** @throws HFIT_PACKAGE_FORMAT, HFIT_PACKAGE_VERSION */
export function parseManifest(text: string): Manifest {
  const manifest = parsed(text, places.manifest) as Partial<Manifest> | null;
  const version = manifest?.hfitPackage;
  if (typeof version !== 'number') throw damaged(places.manifest);
  if (version > packageVersion) {
    throw new HfitError('HFIT_PACKAGE_VERSION', { version, known: packageVersion });
  }
  const {
    files,
    rows,
    checks,
    name,
    template,
    columns,
    unread = {},
  } = manifest as Partial<Manifest>;
  const isWhole =
    Array.isArray(files) && Array.isArray(checks) && [rows, template, columns].every(isObject);
  const isTold =
    isWhole &&
    isObject(unread) &&
    [columns as object, unread].flatMap((it) => Object.values(it)).every(isObject);
  if (!isTold || typeof name !== 'string') throw damaged(places.manifest);
  return manifest as Manifest;
}

/** @throws HFIT_PACKAGE_FORMAT */
export function parsed(text: string, path: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(path);
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

export function damaged(path: string): HfitError {
  return new HfitError('HFIT_PACKAGE_FORMAT', { reason: `its file ${path} is of another form` });
}
