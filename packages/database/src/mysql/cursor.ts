import type { FieldPacket } from 'mysql2';
import { batchWeight } from '../batch.js';
import type { Row, Value } from '../model.js';
import { type RowSink, sendForRows, ValueWalk } from './packets.js';
import { textValue } from './text.js';
import { type Connection, isBinary, isMade } from './wire.js';

/** Bytes of rows that are read and thrown away when a reader stops early. */
const discarded = 8_000_000;

/** Makes pieces, such as batches of rows, of the packets that it is given. */
export interface Collector<T> extends RowSink {
  readonly isFull: boolean;
  /** What it has so far; null for nothing. It is empty afterwards. */
  take(): T | null;
}

/**
 * Streams what a collector makes of the rows of one query: the socket is paused while the reader
 * works on a piece. Where the reader stops early, a short rest is read off the connection.
 * @param abandon throws the connection away, for a long rest; without it the rest is read off
 */
export async function* readPieces<T>(
  connection: Connection,
  sql: string,
  collector: Collector<T>,
  abandon?: () => void,
): AsyncGenerator<T> {
  let ended = false;
  let stopped = false;
  let failure: unknown;
  let left = discarded;
  let wake = () => {};
  const end = () => {
    ended = true;
    wake();
  };
  const fail = (error: unknown) => {
    failure ??= error;
    end();
  };
  // A query without a callback: when the connection dies, only the connection tells it.
  connection.on('error', fail);
  const command = sendForRows(connection, sql, {
    begin: (fields) => collector.begin(fields),
    row(bytes, from, to) {
      if (!stopped) {
        collector.row(bytes, from, to);
        if (!collector.isFull) return;
        connection.pause();
        return wake();
      }
      left -= to - from;
      if (left > 0 || !abandon || ended) return;
      abandon();
      end();
    },
  });
  command.on('error', fail);
  command.on('end', end);
  const more = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      connection.resume();
    });
  try {
    while (true) {
      if (!ended && !collector.isFull) await more();
      if (failure) throw failure;
      const piece = collector.take();
      if (piece !== null) yield piece;
      else if (ended) return;
    }
  } finally {
    stopped = true;
    if (!ended) await more();
    connection.off('error', fail);
  }
}

/** Collects batches of rows as values. */
export class RowCollector implements Collector<Row[]> {
  readonly #size: number;
  readonly #walk = new ValueWalk();
  #binary: boolean[] = [];
  #made: boolean[] = [];
  #rows: Row[] = [];
  #weight = 0;

  /** @param size how many rows a batch has at most */
  constructor(size: number) {
    this.#size = size;
  }

  get isFull(): boolean {
    return this.#rows.length >= this.#size || this.#weight >= batchWeight;
  }

  begin(fields: readonly FieldPacket[]): void {
    this.#binary = fields.map(isBinary);
    this.#made = fields.map(isMade);
  }

  row(bytes: Buffer, from: number, to: number): void {
    const [walk, binary, made] = [this.#walk, this.#binary, this.#made];
    const row: Value[] = new Array(binary.length);
    walk.begin(bytes, from);
    for (let i = 0; i < row.length; i += 1) {
      walk.next();
      if (walk.isNull) row[i] = null;
      // A copy, or a few bytes would keep the whole packet that they came in.
      else if (binary[i]) row[i] = Buffer.from(bytes.subarray(walk.from, walk.to));
      else row[i] = textValue(bytes, walk.from, walk.to, made[i] as boolean);
    }
    this.#rows.push(row);
    this.#weight += to - from;
  }

  take(): Row[] | null {
    if (this.#rows.length === 0) return null;
    const rows = this.#rows;
    this.#rows = [];
    this.#weight = 0;
    return rows;
  }
}
