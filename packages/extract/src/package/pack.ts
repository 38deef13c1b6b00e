import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { HfitError } from '@hot-fixture/errors';
import { onDisk } from './on-disk.js';

const block = 512;
/** What eleven octal digits can say. */
const largest = 8 ** 11;

/**
 * Packs files of a folder as a tar.gz, in the order given, while it is read: nothing is opened
 * before. For `readArchive`, and every other program: ustar with PAX headers (POSIX.1-2001).
 * @param paths below the folder, with `/` between the names
 */
export function pack(folder: string, paths: readonly string[]): Readable {
  const gzip = createGzip();
  // What goes wrong shows where the output is read.
  pipeline(Readable.from(entries(folder, paths)), gzip, () => {});
  return gzip;
}

/** @throws HFIT_PACKAGE_DISK */
async function* entries(folder: string, paths: readonly string[]): AsyncGenerator<Uint8Array> {
  try {
    yield* wholeFiles(folder, paths);
  } catch (error) {
    throw onDisk(error);
  }
}

async function* wholeFiles(folder: string, paths: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const path of paths) {
    const handle = await open(join(folder, ...path.split('/')));
    try {
      const { size, mtime } = await handle.stat();
      yield* heads(path, size, mtime);
      let sent = 0;
      for await (const chunk of handle.createReadStream({ autoClose: false })) {
        sent += chunk.length;
        yield chunk;
      }
      if (sent !== size) {
        const reason = `${path} was changed while it was packed`;
        throw new HfitError('HFIT_PACKAGE_DISK', { reason });
      }
      yield padding(size);
    } finally {
      await handle.close();
    }
  }
  yield Buffer.alloc(2 * block);
}

function* heads(path: string, size: number, modified: Date): Generator<Uint8Array> {
  const name = Buffer.from(path);
  const isPlain = name.length <= 100 && name.length === path.length;
  if (!isPlain || size >= largest) {
    const pax = Buffer.from(record('path', path) + record('size', String(size)));
    yield header(Buffer.from('PaxHeader'), pax.length, modified, 'x');
    yield pax;
    yield padding(pax.length);
  }
  yield header(name, size, modified, '0');
}

function header(name: Buffer, size: number, modified: Date, type: string): Buffer {
  const bytes = Buffer.alloc(block);
  const octal = (value: number, at: number, length: number) => {
    bytes.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at);
  };
  name.copy(bytes, 0, 0, 100);
  octal(0o600, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size < largest ? size : 0, 124, 12);
  octal(Math.max(0, Math.floor(modified.getTime() / 1000)), 136, 12);
  bytes.write('        ', 148);
  bytes.write(type, 156);
  bytes.write('ustar\u000000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

/** `length key=value\n`, where the length counts its own digits too. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + 1;
  while (String(length).length + bytes !== length) length += 1;
  return `${length}${rest}`;
}

function padding(size: number): Buffer {
  return Buffer.alloc((block - (size % block)) % block);
}
