import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { dialectNamed, script } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { create } from 'tar';
import { datasetOf } from './dataset.js';
import type { Plan, PlannedExport } from './plan.js';
import type { Template } from './template/model.js';
import { openFile } from './volume.js';

export interface PackageContents {
  readonly name: string;
  readonly madeAt: Date;
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  /** What the prepare steps set. */
  readonly variables: Readonly<Record<string, string>>;
  readonly plan: Plan;
  readonly counts: Readonly<Record<string, number>>;
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
): Promise<Readable> {
  const folder = join(spool, contents.name);
  await mkdir(join(folder, 'METADATA'), { recursive: true, mode: 0o700 });
  const times: Record<string, string> = {};
  for (const it of contents.plan.exports) {
    const modified = await writeExport(folder, it, onRows);
    times[it.name] = (modified ?? contents.madeAt).toISOString();
  }
  const metadata: Record<string, unknown> = {
    'input.json': contents.parameters,
    'replacement.json': contents.variables,
    'timestamps.json': { madeAt: contents.madeAt.toISOString(), files: times },
    'report.json': { rows: contents.counts, warnings: contents.plan.warnings },
  };
  for (const [name, value] of Object.entries(metadata)) {
    await writeFile(join(folder, 'METADATA', name), `${JSON.stringify(value, null, 2)}\n`);
  }
  await writeFile(join(folder, 'METADATA', 'pkg-template.yaml'), contents.template.text);
  const packed = create({ gzip: true, cwd: spool, portable: true }, [contents.name]);
  return Readable.from(packed as unknown as AsyncIterable<Uint8Array>);
}

/** An error of the file system as one of ours. */
export function onDisk(error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof HfitError || typeof code !== 'string' || !syscall) return error;
  return new HfitError('HFIT_PACKAGE_DISK', { reason: code }, { cause: error });
}

export function removeSpool(spool: string): Promise<void> {
  return rm(spool, { recursive: true, force: true });
}

/** @returns when a file of a volume was changed last; null for what is made now */
async function writeExport(
  folder: string,
  it: PlannedExport,
  onRows: (table: string, rows: number) => void,
): Promise<Date | null> {
  const path = join(folder, ...it.name.split('/'));
  await mkdir(dirname(path), { recursive: true });
  const out = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  if (!it.file) {
    const dataset = datasetOf([it], onRows);
    await pipeline(Readable.from(script(dialectNamed(dataset.dialect), dataset)), out);
    return null;
  }
  const { volume, folder: from, path: inVolume } = it.file;
  const { handle, file } = await openFile(volume, from, inVolume);
  await pipeline(handle.createReadStream(), out);
  await utimes(path, file.modified, file.modified);
  return file.modified;
}
