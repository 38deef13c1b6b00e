import { qualified, type Table } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { ArchiveLimits } from './archive.js';
import { counted } from './counted.js';
import type { Check, Manifest, PackagedExport } from './manifest.js';
import { checkPersonal } from './personal.js';
import { readRows } from './row-file.js';
import { checkForeignKeys } from './slice-keys.js';
import { assertTrusted, assertUnchanged, type Trust } from './trust.js';
import { type Unpacked, unpack } from './unpack.js';

export interface VerifyOptions extends Trust {
  /** Columns, as `table.column`, in which personal data may stand. */
  readonly accept?: readonly string[];
  readonly limits?: ArchiveLimits;
}

export interface VerifyReport {
  readonly passed: boolean;
  /** Null where it could not be read. */
  readonly manifest: Manifest | null;
  readonly checks: readonly Check[];
}

/**
 * Looks at a package as somebody who has to let it pass: that it is safe to unpack, whole, signed,
 * complete, and tells of nobody. It says all that it finds, and throws for nothing that is in it.
 * @throws HFIT_PACKAGE_UNPACK, and what reading the source throws
 */
export async function verifyPackage(
  source: AsyncIterable<Uint8Array>,
  options: VerifyOptions,
): Promise<VerifyReport> {
  let unpacked: Unpacked;
  try {
    unpacked = await unpack(source, options.limits);
  } catch (error) {
    if (!(error instanceof HfitError) || !ofPackage.has(error.code)) throw error;
    return { passed: false, manifest: null, checks: [failed('archive', error)] };
  }
  try {
    const checks = await checksOf(unpacked, options);
    const { manifest } = unpacked;
    return { passed: checks.every(({ passed }) => passed), manifest, checks };
  } finally {
    await unpacked.close();
  }
}

const ofPackage: ReadonlySet<string> = new Set([
  ...['HFIT_PACKAGE_FORMAT', 'HFIT_PACKAGE_VERSION', 'HFIT_PACKAGE_CUT', 'HFIT_PACKAGE_UNSAFE'],
]);

async function checksOf(unpacked: Unpacked, options: VerifyOptions): Promise<Check[]> {
  const { folder, manifest, exports, problems } = unpacked;
  const { files } = manifest;
  const archive = passed(
    'archive',
    `${counted(files.length, 'file')}, ${counted(unpacked.bytes, 'byte')} unpacked`,
  );
  const signature = checked('signature', () => assertTrusted(unpacked, options));
  if (problems.length > 0) {
    const digests = checked('digests', () => {
      assertUnchanged(unpacked);
      return '';
    });
    return [archive, signature, { ...digests, failures: problems.slice(0, 100) }];
  }
  return [
    archive,
    signature,
    passed('digests', `${files.length} files are as they were made (SHA-256)`),
    await checkCounts(folder, manifest, exports),
    await checkForeignKeys(folder, exports),
    ...manifest.checks,
    await checkPersonal(folder, exports, options.accept ?? []),
  ];
}

async function checkCounts(
  folder: string,
  manifest: Manifest,
  exports: readonly PackagedExport[],
): Promise<Check> {
  const found: Record<string, number> = {};
  for (const { source, tables, rows } of exports) {
    for (const part of rows) {
      const name = `${source}: ${qualified(tables[part.table] as Table)}`;
      found[name] ??= 0;
      for await (const batch of readRows(folder, part)) found[name] += batch.length;
    }
  }
  const names = [...new Set([...Object.keys(found), ...Object.keys(manifest.rows)])];
  const failures = names
    .filter((name) => found[name] !== manifest.rows[name])
    .map((place) => {
      const reason = `it has ${found[place] ?? 0} rows, and the manifest says ${manifest.rows[place] ?? 0}`;
      return { place, reason };
    });
  const total = Object.values(found).reduce((sum, rows) => sum + rows, 0);
  const detail = `${counted(total, 'row')} of ${counted(names.length, 'table')}`;
  return { name: 'counts', passed: failures.length === 0, detail, failures };
}

function passed(name: string, detail: string): Check {
  return { name, passed: true, detail, failures: [] };
}

function checked(name: string, work: () => string): Check {
  try {
    return passed(name, work());
  } catch (error) {
    if (error instanceof HfitError) return failed(name, error);
    throw error;
  }
}

function failed(name: string, error: HfitError): Check {
  return { name, passed: false, detail: error.what, failures: [] };
}
