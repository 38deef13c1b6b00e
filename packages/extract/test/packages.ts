import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { newSigningKey, parseSigningKey } from '../src/index.js';

export const signingKey = parseSigningKey(newSigningKey());

/** What a tar file is made of here: a name, what it is, and what is in it. */
export interface Entry {
  readonly path: string;
  readonly type?: string;
  readonly content?: string | Uint8Array;
}

/** A tar file, made by hand so that it can hold what no program would put there. */
export function tar(entries: readonly Entry[]): Buffer {
  const parts = entries.flatMap(({ path, type = '0', content = '' }) => {
    const body = Buffer.from(content as string);
    const header = Buffer.alloc(512);
    header.write(path);
    header.write('0000600\0', 100);
    header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        ', 148);
    header.write(type, 156);
    header.write('ustar\u000000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

export async function* streamOf(bytes: Uint8Array, size = 700): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export const packed = (entries: readonly Entry[]) => streamOf(gzipSync(tar(entries)));

export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** All files below a folder, by their path in it. */
export async function filesBelow(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map<string, Buffer>();
  for (const entry of entries.filter((it) => it.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files.set(relative(folder, path), await readFile(path));
  }
  return files;
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
