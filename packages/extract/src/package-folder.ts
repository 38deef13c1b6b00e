import { createHash, type KeyObject } from 'node:crypto';
import { mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { qualified } from '@hot-fixture/database';
import { type MaskingKey, maskingKeyId } from '@hot-fixture/masking';
import { contentOf } from './file-content.js';
import { canonical, type Json } from './package/canonical.js';
import { HashedFile } from './package/hashed-file.js';
import {
  type Manifest,
  type PackagedExport,
  type PackagedFile,
  packageVersion,
  places,
} from './package/manifest.js';
import { MaskedValues } from './package/masked-values.js';
import { pack } from './package/pack.js';
import { searchMaskedValues } from './package/search-masked.js';
import { signText } from './package/signing-key.js';
import { writeExport } from './package/write-export.js';
import type { Plan, PlannedExport, PlannedFile } from './plan.js';
import type { Template } from './template/model.js';
import { unreadOf, unreadWarnings } from './unread.js';
import { openFile } from './volume.js';

/** Who vouches for a package. */
export interface Provenance {
  /** Who asked for it. */
  readonly who?: string;
  /** The Ed25519 key that signs its manifest; without one it is not signed. */
  readonly signingKey?: KeyObject;
  /** The texts of the policies, by the name of their file. */
  readonly policies?: Readonly<Record<string, string>>;
}

export interface PackageContents {
  readonly name: string;
  readonly madeAt: Date;
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  /** What the prepare steps set. */
  readonly variables: Readonly<Record<string, string>>;
  readonly plan: Plan;
  readonly counts: Readonly<Record<string, number>>;
  readonly maskingKey: MaskingKey;
  readonly project: string | null;
  readonly provenance: Provenance;
}

/** A folder of its own for a package that is being built; only its owner can look inside. */
export function spoolFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'hfit-package-'));
}

/**
 * Writes all exports below a folder, masked, and packs them: an entry of a tar file tells its size
 * before its bytes, so they have to be on disk first.
 */
export async function packFolder(
  spool: string,
  contents: PackageContents,
  onRows: (table: string, rows: number) => void,
  onTable: () => void,
): Promise<Readable> {
  const folder = join(spool, contents.name);
  await mkdir(folder, { mode: 0o700 });
  const { plan, template, provenance } = contents;
  const masked = new MaskedValues();
  const watch = masked.add.bind(masked);
  const times: Record<string, string> = {};
  const files: PackagedFile[] = [];
  const exports: PackagedExport[] = [];
  for (const it of plan.exports) {
    times[it.name] = contents.madeAt.toISOString();
    if (it.file) {
      const { written, modified } = await writeVolumeFile(folder, it.name, it.file);
      times[it.name] = modified.toISOString();
      files.push(written);
      continue;
    }
    const { files: more, packaged } = await writeExport(
      ...[folder, exports.length + 1, it, onRows, onTable, watch],
    );
    files.push(...more);
    exports.push(packaged);
  }
  const timestamps = { madeAt: contents.madeAt.toISOString(), files: times };
  const warnings = [...plan.warnings, ...unreadWarnings(plan.exports)];
  const report = { rows: contents.counts, warnings };
  const texts = {
    'METADATA/pkg-template.yaml': template.text,
    'METADATA/input.json': pretty(contents.parameters),
    'METADATA/replacement.json': pretty(contents.variables),
    'METADATA/timestamps.json': pretty(timestamps),
    'METADATA/report.json': pretty(report),
    [places.schema]: `${JSON.stringify(exports)}\n`,
  };
  for (const [path, text] of Object.entries(texts)) {
    files.push(await HashedFile.of(folder, path, [text]));
  }
  const manifest: Manifest = {
    hfitPackage: packageVersion,
    name: contents.name,
    madeAt: timestamps.madeAt,
    madeBy: provenance.who ?? null,
    template: { name: template.name, sha256: sha256(template.text) },
    parameters: contents.parameters,
    policies: Object.entries(provenance.policies ?? {}).map(([file, text]) => {
      return { file, sha256: sha256(text) };
    }),
    project: contents.project,
    maskingKey: maskingKeyId(contents.maskingKey),
    columns: columnsOf(plan.exports),
    unread: unreadOf(plan.exports),
    rows: rowCounts(exports),
    files,
    checks: [await searchMaskedValues(folder, exports, masked)],
  };
  const signed = canonical(manifest as unknown as Json);
  const heads = [await HashedFile.of(folder, places.manifest, [signed])];
  if (provenance.signingKey) {
    const signature = pretty(signText(provenance.signingKey, signed));
    heads.push(await HashedFile.of(folder, places.signature, [signature]));
  }
  // The manifest first: whoever reads on knows what has to come.
  const paths = [...heads, ...files].map(({ path }) => `${contents.name}/${path}`);
  return pack(spool, paths);
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What became of each column of the tables that are in it. */
function columnsOf(exports: readonly PlannedExport[]): Manifest['columns'] {
  const found: Record<string, Record<string, string>> = {};
  for (const { classified } of exports.flatMap(({ tables }) => tables)) {
    const { source, table, decisions } = classified;
    const words = [...decisions].map(([name, it]) => {
      return [name, it.kind === 'mask' ? it.describe() : it.kind] as const;
    });
    found[`${source.name}: ${qualified(table)}`] = Object.fromEntries(words);
  }
  return found;
}

function rowCounts(exports: readonly PackagedExport[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { source, tables, rows } of exports) {
    for (const it of rows) {
      const name = `${source}: ${qualified(tables[it.table] as (typeof tables)[number])}`;
      counts[name] = (counts[name] ?? 0) + it.rows;
    }
  }
  return counts;
}

export function removeSpool(spool: string): Promise<void> {
  return rm(spool, { recursive: true, force: true });
}

async function writeVolumeFile(
  folder: string,
  name: string,
  { volume, folder: from, path: inVolume, decision }: PlannedFile,
): Promise<{ written: PackagedFile; modified: Date }> {
  const { handle, file } = await openFile(volume, from, inVolume);
  const written = await HashedFile.of(folder, name, contentOf(decision, handle, volume, inVolume));
  await utimes(join(folder, ...name.split('/')), file.modified, file.modified);
  return { written, modified: file.modified };
}
