import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type pg from 'pg';
import { CopyMessages } from './copy-messages.js';

/** A server sends few rows at a time; they travel on in pieces of about this size. */
const pieceSize = 256 * 1024;

type Listener = (chunk: Buffer) => void;

/**
 * COPY TO STDOUT as a stream of bytes, for `client.query`. It stands between the socket and the
 * driver, which would make an event of each row, and holds the server off while nobody reads. It
 * ends when the connection is ready for the next query.
 */
export class CopyOut extends Readable implements pg.Submittable {
  readonly #sql: string;
  readonly #messages = new CopyMessages();
  #socket: Socket | undefined;
  #driver: Listener | undefined;
  #piece: Buffer[] = [];
  #size = 0;

  constructor(sql: string) {
    super({ highWaterMark: 2 * pieceSize });
    this.#sql = sql;
  }

  submit(connection: pg.Connection): void {
    const socket = (connection as pg.Connection & { stream: Socket }).stream;
    this.#socket = socket;
    this.#driver = socket.listeners('data')[0] as Listener;
    socket.off('data', this.#driver);
    socket.on('data', this.#take);
    connection.query(this.#sql);
  }

  readonly #take = (chunk: Buffer): void => {
    const { rows, rest } = this.#messages.read(chunk);
    if (rows.length > 0 && !this.destroyed) {
      this.#piece.push(rows);
      this.#size += rows.length;
    }
    if (rest === null) {
      if (this.#size >= pieceSize && !this.#flush()) this.#socket?.pause();
      return;
    }
    this.#flush();
    this.#socket?.off('data', this.#take);
    if (!this.#driver) return;
    this.#socket?.on('data', this.#driver);
    this.#socket?.resume();
    this.#driver(rest);
  };

  #flush(): boolean {
    if (this.#size === 0) return true;
    const piece = Buffer.concat(this.#piece);
    this.#piece = [];
    this.#size = 0;
    return this.push(piece);
  }

  override _read(): void {
    this.#socket?.resume();
  }

  /** Whoever stops early leaves the rest to be thrown away, unless the connection is ended. */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#piece = [];
    this.#size = 0;
    this.#socket?.resume();
    done(error);
  }

  /** Called by the driver, as are the others below. */
  handleError(error: Error): void {
    this.destroy(error);
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    if (!this.destroyed) this.push(null);
  }
}
