import { createHash } from 'node:crypto';
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import { assertName, nameTrouble } from '../name.js';
import { digestOf } from './digest.js';
import { readFlow } from './flow.js';
import { lock } from './lock.js';
import { type FixpointFile, rowCount } from './model.js';
import { readFixpoint } from './read.js';
import { packRows, unpackRows } from './rows-beside.js';
import { writeFixpoint } from './write.js';

/** A fixpoint as it stands in its folder. */
export interface Stored {
  readonly name: string;
  readonly path: string;
  /** Of the text of its file: known before it is read. */
  readonly key: string;
  readonly parent: string | null;
  /** Tables that are no part of it, as they were named. */
  readonly excluded: readonly string[];
  /** Whether values of it may be tagged as volatile. */
  readonly mayHaveTags: boolean;
  content(): Promise<Content>;
}

export interface Content {
  readonly file: FixpointFile;
  /** Of all rows, so it is made when it is first asked for. */
  readonly digest: string;
}

function contentOf(file: FixpointFile): Content {
  let digest: string | null = null;
  return {
    file,
    get digest() {
      digest ??= digestOf(file);
      return digest;
    },
  };
}

export interface Sizes {
  /** Above this number of rows they go to a compressed file beside; 20,000 by default. */
  readonly maxRows?: number;
  /** The same for the size of the file, in bytes; 8,000,000 by default. */
  readonly maxBytes?: number;
}

/** The fixpoints of one directory. */
export class Folder {
  readonly directory: string;
  readonly #sizes: Required<Sizes>;
  readonly #known = new Map<string, { stamp: string; stored: Stored }>();

  constructor(directory: string, { maxRows = 20_000, maxBytes = 8_000_000 }: Sizes = {}) {
    this.directory = directory;
    this.#sizes = { maxRows, maxBytes };
  }

  path(name: string): string {
    assertName(name);
    return join(this.directory, `${name}.yaml`);
  }

  async exists(name: string): Promise<boolean> {
    return isThere(this.path(name));
  }

  /**
   * In the order of their names.
   * @throws HFIT_FIXPOINT_NO_FOLDER
   */
  async list(): Promise<string[]> {
    const files = await readdir(this.directory).catch((cause) => {
      const values = { directory: this.directory, reason: reasonOf(cause) };
      throw new HfitError('HFIT_FIXPOINT_NO_FOLDER', values, { cause });
    });
    const names = files.filter((it) => it.endsWith('.yaml') && !it.startsWith('.'));
    return names.map((it) => it.slice(0, -'.yaml'.length)).sort();
  }

  /**
   * Null where there is none.
   * @throws HFIT_FIXPOINT_FOLDER; `content` also HFIT_FIXPOINT_FILE
   */
  find(name: string): Promise<Stored | null> {
    return this.#load(name, null);
  }

  /** @param written what has just been written: it need not be read to know what is in it */
  async #load(name: string, written: Written | null): Promise<Stored | null> {
    const path = this.path(name);
    try {
      const { mtimeNs, size, ino } = await stat(path, { bigint: true });
      const stamp = `${mtimeNs} ${size} ${ino}`;
      const known = this.#known.get(name);
      if (known?.stamp === stamp && !written) return known.stored;
      const text = written?.text ?? (await readFile(path, 'utf8'));
      const found = storedOf(name, this.directory, text);
      const stored = written ? { ...found, content: async () => written.content } : found;
      this.#known.set(name, { stamp, stored });
      return stored;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw failure('read', path, error);
    }
  }

  /**
   * Keeps others from storing under this name until `release`.
   * @throws HFIT_FIXPOINT_BUSY, HFIT_FIXPOINT_FOLDER
   */
  async reserve(name: string): Promise<Reservation> {
    const path = this.path(name);
    try {
      await mkdir(this.directory, { recursive: true });
      const release = await lock(name, join(this.directory, `.${name}.lock`));
      return { release, write: (file) => this.#write(name, file) };
    } catch (error) {
      throw failure('write', path, error);
    }
  }

  /** @returns whether there was one */
  async remove(name: string): Promise<boolean> {
    const path = this.path(name);
    const there = await this.exists(name);
    try {
      await rm(path, { force: true });
      await this.#removeRows(name, null);
    } catch (error) {
      throw failure('remove', path, error);
    }
    return there;
  }

  /** All of it stands under its name, or what stood there before. */
  async #write(name: string, file: FixpointFile): Promise<Stored> {
    const path = this.path(name);
    const inFile = rowCount(file) <= this.#sizes.maxRows ? joined(writeFixpoint(file)) : null;
    let text: string;
    try {
      if (inFile !== null && Buffer.byteLength(inFile) <= this.#sizes.maxBytes) {
        text = inFile;
        await this.#place(path, text);
        await this.#removeRows(name, null);
      } else {
        const { digest, content } = packRows(file);
        const rows = `${name}.${digest.slice(0, 12)}.rows.ndjson.gz`;
        await this.#place(join(this.directory, rows), content);
        text = joined(writeFixpoint(file, { file: rows, digest }));
        await this.#place(path, text);
        await this.#removeRows(name, rows);
      }
    } catch (error) {
      throw failure('write', path, error);
    }
    return (await this.#load(name, { text, content: contentOf(file) })) as Stored;
  }

  async #place(path: string, content: string | Uint8Array): Promise<void> {
    const fresh = `${path}.${process.pid}.new`;
    try {
      const handle = await open(fresh, 'w');
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(fresh, path);
    } catch (error) {
      await rm(fresh, { force: true }).catch(() => {});
      throw error;
    }
  }

  async #removeRows(name: string, but: string | null): Promise<void> {
    for (const file of await readdir(this.directory)) {
      const rest = file.startsWith(`${name}.`) ? file.slice(name.length) : '';
      if (file !== but && /^\.[0-9a-f]{12}\.rows\.ndjson\.gz$/.test(rest)) {
        await rm(join(this.directory, file), { force: true });
      }
    }
  }
}

interface Written {
  readonly text: string;
  readonly content: Content;
}

export function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export interface Reservation {
  write(file: FixpointFile): Promise<Stored>;
  release(): Promise<void>;
}

const joined = (pieces: Iterable<string>) => [...pieces].join('');

function storedOf(name: string, directory: string, text: string): Stored {
  const path = join(directory, `${name}.yaml`);
  let content: Promise<Content> | null = null;
  const read = async (): Promise<Content> => {
    const { beside, ...file } = readFixpoint(text, path);
    if (!beside) return contentOf(file);
    // A path in it would lead out of the folder.
    if (/[/\\]/.test(beside.file)) {
      const reason = `rowsFile is to be the name of a file in the same folder`;
      throw new HfitError('HFIT_FIXPOINT_FILE', { reason }, { where: path });
    }
    const rows = join(directory, beside.file);
    const packed = await readFile(rows).catch((cause) => {
      const values = { name, file: rows, reason: reasonOf(cause) };
      throw new HfitError('HFIT_FIXPOINT_ROWS', values, { cause });
    });
    return contentOf({ ...file, tables: unpackRows(file.tables, packed, beside.digest, rows) });
  };
  // All of it only where its head is not as we write it: to read it takes longest of all.
  const { parent, excluded } =
    headIn(text.slice(0, text.indexOf('\ntables:') + 1)) ?? headOf(readFixpoint(text, path));
  return {
    name,
    path,
    key: createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex'),
    parent,
    excluded,
    mayHaveTags: /!(?:any|pattern|near)\b/.test(text),
    content: () => {
      content ??= read();
      return content;
    },
  };
}

type Head = Pick<Stored, 'parent' | 'excluded'>;

const headOf = ({ parent, excluded = [] }: FixpointFile): Head => ({
  parent: parent?.name ?? null,
  excluded,
});

/** Read from the lines that the file begins with; null where they are not as we write them. */
function headIn(head: string): Head | null {
  const isWritten = /^(?:[A-Za-z]+: (?:[\p{L}\p{N}_.@/+ -]+|"[^"\\\n]*"|\[[^\n]*\])\n)+$/u;
  if (!isWritten.test(head)) return null;
  const parent = /^parent: "?([^"\n]*)"?$/m.exec(head)?.[1] ?? null;
  const list = /^excluded: (.*)$/m.exec(head)?.[1];
  const excluded = list === undefined ? [] : namesIn(list);
  const isKnown = excluded !== null && (parent === null || nameTrouble(parent) === null);
  return isKnown ? { parent, excluded } : null;
}

function namesIn(list: string): string[] | null {
  const flow = readFlow(list);
  if (flow?.kind !== 'list') return null;
  const names = flow.items.flatMap((it) => (it.kind === 'text' ? it.text : []));
  return names.length === flow.items.length ? names : null;
}

function failure(action: string, file: string, error: unknown): unknown {
  if (error instanceof HfitError) return error;
  const reason = reasonOf(error);
  return new HfitError('HFIT_FIXPOINT_FOLDER', { action, file, reason }, { cause: error });
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    EACCES: 'you may not do that',
    EPERM: 'you may not do that',
    EROFS: 'it is on a disk that can only be read',
    ENOSPC: 'the disk is full',
    EEXIST: 'there is a file where a folder is to be',
    EISDIR: 'there is a folder where a file is to be',
    ENOTDIR: 'there is a file where a folder is to be',
    ENOENT: 'it is not there',
  };
  return reasons[code ?? ''] ?? message;
}
