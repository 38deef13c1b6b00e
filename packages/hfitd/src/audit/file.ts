import { chmod, type FileHandle, open } from 'node:fs/promises';
import { beginning, type ChainedRecord, lineChain } from './chain.js';

/** A record as its line in the file has it. */
export interface AuditLine extends ChainedRecord {
  readonly hash: string;
  readonly chain: string;
}

/** How much of the end is read to find the last line: far more than a record can be. */
const tail = 1024 * 1024;

/** A file that only grows, a line of JSON for each record. */
export class AuditFile {
  readonly #file: FileHandle;
  #size: number;
  #chain: string;
  /** Whether bytes of a line that was not written in full could not be taken back. */
  #torn = false;

  private constructor(file: FileHandle, size: number, chain: string) {
    this.#file = file;
    this.#size = size;
    this.#chain = chain;
  }

  /** Opens it, and goes on where its last line ended. What a stop left of a line is taken off. */
  static async open(path: string): Promise<AuditFile> {
    const file = await open(path, 'a+', 0o600);
    try {
      const stat = await file.stat();
      // A device, such as a pipe to a collector, has no mode of ours and no end.
      if (!stat.isFile()) return new AuditFile(file, 0, beginning);
      await chmod(path, 0o600);
      const start = Math.max(0, stat.size - tail);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(tail), 0, tail, start);
      const end = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1;
      if (end === 0 && start > 0) throw new Error('its last line is longer than any record');
      const size = start + end;
      if (size < stat.size) await file.truncate(size);
      const [last] = buffer.subarray(0, end).toString().trimEnd().split('\n').slice(-1);
      return new AuditFile(file, size, chainOf(last ?? ''));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Adds a line, and returns when the disk has it. */
  async append(record: ChainedRecord, hash: string): Promise<void> {
    const chain = lineChain(this.#chain, hash);
    const line = Buffer.from(
      `${this.#torn ? '\n' : ''}${JSON.stringify(ordered(record, hash, chain))}\n`,
    );
    try {
      const { bytesWritten } = await this.#file.write(line);
      if (bytesWritten !== line.length)
        throw new Error('the line was cut short: is the disk full?');
      await this.#file.datasync().catch(acceptDevices);
    } catch (error) {
      await this.#takeBack();
      throw error;
    }
    this.#size += line.length;
    this.#chain = chain;
    this.#torn = false;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #takeBack(): Promise<void> {
    try {
      await this.#file.truncate(this.#size);
    } catch {
      // Such as on a file that the system lets only grow: the next line then begins after it.
      this.#torn = true;
    }
  }
}

/** What people look for first stands first. */
function ordered(record: ChainedRecord, hash: string, chain: string): AuditLine {
  const { sequence, at, who, action, target, outcome, details, request, ...rest } = record;
  return {
    sequence,
    at,
    who,
    action,
    ...(target !== undefined && { target }),
    outcome,
    ...(details !== undefined && { details }),
    request,
    daemon: rest.daemon,
    previous: rest.previous,
    hash,
    chain,
  };
}

function chainOf(line: string): string {
  try {
    const { chain } = JSON.parse(line);
    return typeof chain === 'string' ? chain : beginning;
  } catch {
    return beginning;
  }
}

function acceptDevices(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EINVAL') throw error;
}
