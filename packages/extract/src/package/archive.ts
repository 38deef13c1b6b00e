import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HfitError } from '@hot-fixture/errors';

/** A file of an archive; its body has to be read before the next one is asked for. */
export interface ArchiveFile {
  /** Below the one folder of the archive, with `/` between the names. */
  readonly path: string;
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface ArchiveLimits {
  /** In bytes, of all files together as they are unpacked. */
  readonly bytes: number;
  readonly files: number;
  /** Whether files may stand beside each other, as `tar -C FOLDER .` packs them. */
  readonly manyFolders?: boolean;
}

export const defaultLimits: ArchiveLimits = { bytes: 20e9, files: 100_000 };

const block = 512;
/** PAX headers hold a long name and a large size; ours are far below. */
const largestHeader = 64 * 1024;

/**
 * Reads a tar.gz of files and folders below one folder, and refuses all else: links, devices, names
 * that lead elsewhere, two files of one name, more than the limits. Nothing is written.
 * The form is that of POSIX.1-2001 (ustar with PAX headers).
 * @throws HFIT_PACKAGE_FORMAT, HFIT_PACKAGE_UNSAFE, HFIT_PACKAGE_CUT
 */
export async function* readArchive(
  source: AsyncIterable<Uint8Array>,
  limits: ArchiveLimits = defaultLimits,
): AsyncGenerator<ArchiveFile> {
  const bytes = new Bytes(unpacked(source));
  const seen = new Set<string>();
  let left = limits.bytes;
  let root: string | null = null;
  let pax: Record<string, string> = {};
  for (;;) {
    const header = await bytes.take(block);
    if (header.every((byte) => byte === 0)) break;
    const entry = readHeader(header);
    const size = pax.size === undefined ? entry.size : Number(pax.size);
    if (entry.type === 'x') {
      if (size > largestHeader) throw unsafe(entry.path, 'its header is too long');
      pax = readPax(await bytes.take(size));
      await bytes.skipPadding(size);
      continue;
    }
    const path = pax.path ?? entry.path;
    pax = {};
    if (limits.manyFolders && /^\.?\/?$/.test(path)) continue;
    const [folder, ...names] = limits.manyFolders
      ? ['', ...checkedNames(path.replace(/^\.\//, ''))]
      : checkedNames(path);
    root ??= folder as string;
    if (folder !== root) throw unsafe(path, `it is not in the folder ${root}`);
    if (entry.type === '5') continue;
    if (entry.type !== '0' && entry.type !== '\0') throw unsafe(path, kindOf(entry.type));
    const name = names.join('/');
    // Some disks take names for the same that differ in case or in how a letter is composed.
    const folded = name.normalize('NFC').toLowerCase();
    if (name === '' || seen.has(folded)) throw unsafe(path, 'another file has its name');
    seen.add(folded);
    if (!Number.isSafeInteger(size) || size < 0) throw unsafe(path, 'it tells no size');
    left -= size;
    if (left < 0) throw unsafe(path, `unpacked, all is more than ${limits.bytes} bytes`);
    if (seen.size > limits.files) throw unsafe(path, `there are more than ${limits.files} files`);
    yield { path: name, size, body: bytes.body(size) };
    await bytes.skipPadding(size);
  }
  if (root === null) throw format('it is an empty archive');
}

async function* unpacked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  let failure: unknown;
  // What goes wrong shows where the output is read.
  pipeline(Readable.from(source), gunzip, (error) => {
    failure = error;
  });
  try {
    yield* gunzip;
  } catch (error) {
    const { code } = (failure ?? error) as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') throw cut();
    if (code?.startsWith('Z_')) throw format('it is not packed by gzip, or was damaged');
    throw failure ?? error;
  }
}

interface Header {
  readonly path: string;
  readonly size: number;
  readonly type: string;
}

function readHeader(header: Buffer): Header {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (octal(header, 148, 8) !== sum) throw format('it is no tar archive, or was damaged');
  const isUstar = text(header, 257, 6).startsWith('ustar');
  const prefix = isUstar ? text(header, 345, 155) : '';
  const name = text(header, 0, 100);
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    size: octal(header, 124, 12),
    type: String.fromCharCode(header[156] as number),
  };
}

function text(header: Buffer, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.subarray(0, end === -1 ? length : end).toString();
}

/** -1 where it is no octal number: a size beyond 8 GiB stands in a PAX header. */
function octal(header: Buffer, at: number, length: number): number {
  const digits = text(header, at, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : -1;
}

/** Records of the form `length key=value\n`. */
function readPax(bytes: Buffer): Record<string, string> {
  const found: Record<string, string> = {};
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(bytes.subarray(at, space).toString());
    if (space === -1 || !Number.isInteger(length) || length < 5 || at + length > bytes.length) {
      throw format('a header of it is damaged');
    }
    const record = bytes.subarray(space + 1, at + length - 1).toString();
    const equals = record.indexOf('=');
    found[record.slice(0, equals)] = record.slice(equals + 1);
    at += length;
  }
  return found;
}

function checkedNames(path: string): string[] {
  const names = path.replace(/\/$/, '').split('/');
  const isOdd = names.some(
    (name) => name === '' || name === '.' || name === '..' || /[\\\p{Cc}]|^[A-Za-z]:/u.test(name),
  );
  if (isOdd) throw unsafe(path, 'its name leads elsewhere');
  return names;
}

const kinds: Record<string, string> = { '1': 'link', '2': 'link', '3': 'device', '4': 'device' };

function kindOf(type: string): string {
  return `it is a ${kinds[type] ?? 'thing other than a file'}`;
}

/** Bytes of a stream, as many as are asked for. */
class Bytes {
  readonly #chunks: AsyncGenerator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncGenerator<Uint8Array>) {
    this.#chunks = chunks;
  }

  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.body(length)) parts.push(Buffer.from(part));
    return Buffer.concat(parts, length);
  }

  async *body(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0; ) {
      if (this.#rest.length === 0) {
        const { done, value } = await this.#chunks.next();
        if (done) throw cut();
        this.#rest = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
        continue;
      }
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  async skipPadding(size: number): Promise<void> {
    await this.take((block - (size % block)) % block);
  }
}

function cut(): HfitError {
  return new HfitError('HFIT_PACKAGE_CUT', {});
}

function format(reason: string): HfitError {
  return new HfitError('HFIT_PACKAGE_FORMAT', { reason });
}

function unsafe(entry: string, reason: string): HfitError {
  return new HfitError('HFIT_PACKAGE_UNSAFE', { entry: JSON.stringify(entry), reason });
}
