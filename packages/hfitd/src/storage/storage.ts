import type { Readable } from 'node:stream';

export interface Stored {
  readonly size: number;
  /** SHA-256 in hexadecimal. */
  readonly digest: string;
}

/** Bytes from `first` to `last`, both of them too. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** Where built packages are kept. Whoever brings another kind of place implements this. */
export interface Storage {
  /** Where it is, for people; no password. */
  readonly where: string;
  /**
   * Keeps bytes under a name: all of them are there when this resolves, and none where it throws.
   * @throws HFIT_STORAGE_FAILED, the reason of the signal, and what `chunks` throws
   */
  put(name: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Stored>;
  /**
   * @returns null where there is nothing of that name
   * @throws HFIT_STORAGE_FAILED
   */
  sizeOf(name: string): Promise<number | null>;
  /** @throws HFIT_STORAGE_FAILED, also while it is read */
  read(name: string, span: Span): Promise<Readable>;
  /** What is not there needs no removing. */
  remove(name: string): Promise<void>;
  /** Names of what was put before a moment: what nobody knows of can go. */
  older(than: Date): Promise<string[]>;
  close(): void;
}
