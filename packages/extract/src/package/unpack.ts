import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import { removeSpool, spoolFolder } from '../package-folder.js';
import { type ArchiveFile, type ArchiveLimits, readArchive } from './archive.js';
import { HashedFile } from './hashed-file.js';
import {
  damaged,
  type Manifest,
  type PackagedExport,
  type PackagedFile,
  parsed,
  parseManifest,
  places,
} from './manifest.js';
import type { Signature } from './signing-key.js';

/** A package in a folder of its own, which nobody else can look into. */
export interface Unpacked {
  readonly folder: string;
  readonly manifest: Manifest;
  /** The manifest as it was signed. */
  readonly signed: string;
  readonly signature: Signature | null;
  readonly exports: readonly PackagedExport[];
  /** Where its files are not those of the manifest. */
  readonly problems: readonly { readonly place: string; readonly reason: string }[];
  readonly bytes: number;
  /** Removes the folder. */
  close(): Promise<void>;
}

/** A manifest and a schema list files and columns; a larger one wants to fill the memory. */
const largestManifest = 64e6;

/**
 * Unpacks a package into a temporary folder; what its manifest does not list is not written.
 * @throws HFIT_PACKAGE_FORMAT, HFIT_PACKAGE_VERSION, HFIT_PACKAGE_UNSAFE, HFIT_PACKAGE_CUT,
 *   HFIT_PACKAGE_UNPACK
 */
export async function unpack(
  source: AsyncIterable<Uint8Array>,
  limits?: ArchiveLimits,
): Promise<Unpacked> {
  let folder: string | null = null;
  try {
    folder = await spoolFolder();
    return await unpackInto(folder, source, limits);
  } catch (error) {
    if (folder) await removeSpool(folder);
    throw onDisk(error);
  }
}

async function unpackInto(
  folder: string,
  source: AsyncIterable<Uint8Array>,
  limits: ArchiveLimits | undefined,
): Promise<Unpacked> {
  const problems: Unpacked['problems'][number][] = [];
  const files = readArchive(source, limits);
  const { value: first } = await files.next();
  if (first?.path !== places.manifest) {
    throw new HfitError('HFIT_PACKAGE_FORMAT', { reason: 'it does not begin with its manifest' });
  }
  const signed = await textOf(first);
  const manifest = parseManifest(signed);
  const listed = new Map(manifest.files.map((file) => [file.path, file]));
  let signature: Signature | null = null;
  for await (const file of files) {
    if (file.path === places.signature) {
      signature = parsed(await textOf(file), file.path) as unknown as Signature;
      continue;
    }
    const expected = listed.get(file.path);
    if (!expected) {
      const reason = 'its manifest does not list it';
      throw new HfitError('HFIT_PACKAGE_UNSAFE', { entry: JSON.stringify(file.path), reason });
    }
    listed.delete(file.path);
    const written = await HashedFile.of(folder, file.path, file.body);
    const reason = differs(written, expected);
    if (reason) problems.push({ place: file.path, reason });
  }
  for (const path of listed.keys()) problems.push({ place: path, reason: 'it is missing' });
  const exports = await readExports(folder, problems.length === 0);
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const close = () => removeSpool(folder);
  return { folder, manifest, signed, signature, exports, problems, bytes, close };
}

function differs(file: PackagedFile, expected: PackagedFile): string | null {
  if (file.bytes !== expected.bytes) return `it has ${file.bytes} bytes of ${expected.bytes}`;
  return file.sha256 === expected.sha256 ? null : 'its content was changed (SHA-256 differs)';
}

/** Nothing is taken from a package that was changed. */
async function readExports(folder: string, isWhole: boolean): Promise<PackagedExport[]> {
  if (!isWhole) return [];
  const path = join(folder, ...places.schema.split('/'));
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  if (size > largestManifest) throw damaged(places.schema);
  const text = await readFile(path, 'utf8').catch(() => '');
  const exports = parsed(text, places.schema) as unknown as PackagedExport[];
  if (!Array.isArray(exports)) throw damaged(places.schema);
  return exports;
}

async function textOf({ body, size, path }: ArchiveFile): Promise<string> {
  if (size > largestManifest) throw damaged(path);
  const hash: Uint8Array[] = [];
  for await (const part of body) hash.push(Buffer.from(part));
  return Buffer.concat(hash).toString();
}

function onDisk(error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof HfitError || typeof code !== 'string' || !syscall) return error;
  return new HfitError('HFIT_PACKAGE_UNPACK', { reason: code }, { cause: error });
}
