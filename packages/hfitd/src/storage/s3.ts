import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { HfitError } from '@hot-fixture/errors';
import { hashed } from './hashed.js';
import type { Span, Storage, Stored } from './storage.js';

/** Keeps packages in a bucket, which all daemons and workers reach. */
export class S3Storage implements Storage {
  readonly where: string;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  /**
   * @param url `s3://[KEY:SECRET@]BUCKET[/PREFIX][?endpoint=URL&region=NAME]`; without a key, those
   *   that the machine has are found as the tools of AWS find them
   */
  constructor(url: string) {
    const { hostname, pathname, username, password, searchParams } = new URL(url);
    const endpoint = searchParams.get('endpoint');
    this.#bucket = hostname;
    this.#prefix = pathname.replace(/^\/+|\/+$/g, '');
    if (this.#prefix) this.#prefix += '/';
    this.where = `s3://${this.#bucket}/${this.#prefix}`;
    const config: S3ClientConfig = {
      region: searchParams.get('region') ?? 'us-east-1',
      maxAttempts: 3,
      // Servers that are not Amazon's mostly know no other way, and no newer checksums.
      ...(endpoint && {
        endpoint,
        forcePathStyle: true,
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      }),
      ...(username && {
        credentials: {
          accessKeyId: decodeURIComponent(username),
          secretAccessKey: decodeURIComponent(password),
        },
      }),
    };
    this.#client = new S3Client(config);
  }

  async put(name: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Stored> {
    signal.throwIfAborted();
    const { through, ended } = hashed(chunks);
    let fromChunks: unknown;
    async function* body() {
      try {
        yield* through;
      } catch (error) {
        fromChunks = error;
        throw error;
      }
    }
    const upload = new Upload({
      client: this.#client,
      params: { ...this.#object(name), Body: Readable.from(body(), { objectMode: false }) },
      partSize: 8 * 1024 * 1024,
      queueSize: 2,
    });
    const abort = () => void upload.abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      // The parts of an upload become an object when it is complete, and not before.
      await upload.done();
      return ended();
    } catch (error) {
      signal.throwIfAborted();
      throw fromChunks ?? failure(error);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async sizeOf(name: string): Promise<number | null> {
    try {
      const head = await this.#client.send(new HeadObjectCommand(this.#object(name)));
      return head.ContentLength ?? null;
    } catch (error) {
      if (isMissing(error)) return null;
      throw failure(error);
    }
  }

  async read(name: string, { first, last }: Span): Promise<Readable> {
    const command = new GetObjectCommand({
      ...this.#object(name),
      Range: `bytes=${first}-${last}`,
    });
    try {
      return (await this.#client.send(command)).Body as Readable;
    } catch (error) {
      throw failure(error);
    }
  }

  async remove(name: string): Promise<void> {
    try {
      await this.#client.send(new DeleteObjectCommand(this.#object(name)));
    } catch (error) {
      if (!isMissing(error)) throw failure(error);
    }
  }

  async older(than: Date): Promise<string[]> {
    const found: string[] = [];
    let next: string | undefined;
    try {
      do {
        const page = await this.#client.send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: this.#prefix,
            ...(next !== undefined && { ContinuationToken: next }),
          }),
        );
        for (const { Key: key = '', LastModified: modified } of page.Contents ?? []) {
          const name = key.slice(this.#prefix.length);
          if (modified && modified < than && !name.includes('/')) found.push(name);
        }
        next = page.NextContinuationToken;
      } while (next !== undefined);
      return found;
    } catch (error) {
      throw failure(error);
    }
  }

  close(): void {
    this.#client.destroy();
  }

  #object(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + name };
  }
}

function isMissing(error: unknown): boolean {
  const { name } = error as Error;
  return name === 'NotFound' || name === 'NoSuchKey';
}

function failure(cause: unknown): HfitError {
  const { name, code } = cause as NodeJS.ErrnoException;
  return new HfitError('HFIT_STORAGE_FAILED', { reason: code ?? name ?? 'unknown' }, { cause });
}
