import type { EventEmitter } from 'node:events';
import type { FieldPacket } from 'mysql2';
import { batchWeight } from '../batch.js';
import type { Row } from '../model.js';
import { type Connection, decoder, raw } from './wire.js';

/** Bytes of rows that are read and thrown away when a reader stops early. */
const discarded = 8_000_000;

/**
 * Streams the rows of one query: the socket is paused while the reader works on a batch. Where the
 * reader stops early, a short rest is read off the connection.
 * @param abandon throws the connection away, for a long rest; without it the rest is read off
 */
export async function* readRows(
  connection: Connection,
  sql: string,
  size: number,
  abandon?: () => void,
): AsyncGenerator<Row[]> {
  let decode: ReturnType<typeof decoder> = () => [];
  let rows: Row[] = [];
  let weight = 0;
  const isFull = () => rows.length >= size || weight >= batchWeight;
  let ended = false;
  let failure: unknown;
  let wake = () => {};
  const fail = (error: unknown) => {
    failure ??= error;
    ended = true;
    wake();
  };
  let take = (row: (Buffer | null)[]) => {
    rows.push(decode(row));
    weight += bytesOf(row);
    if (!isFull()) return;
    connection.pause();
    wake();
  };
  // A query without a callback: when the connection dies, only the connection tells it.
  connection.on('error', fail);
  const command = connection.query(raw(sql)) as unknown as EventEmitter;
  command.on('fields', (fields: FieldPacket[]) => {
    decode = decoder(fields);
  });
  command.on('result', (row) => take(row));
  command.on('error', fail);
  command.on('end', () => {
    ended = true;
    wake();
  });
  const more = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      connection.resume();
    });
  try {
    while (true) {
      if (!ended && !isFull()) await more();
      if (failure) throw failure;
      const batch = rows;
      rows = [];
      weight = 0;
      if (batch.length > 0) yield batch;
      if (ended && rows.length === 0) return;
    }
  } finally {
    let left = discarded;
    take = (row) => {
      left -= bytesOf(row);
      if (left > 0 || !abandon || ended) return;
      abandon();
      ended = true;
      wake();
    };
    if (!ended) await more();
    connection.off('error', fail);
  }
}

function bytesOf(row: readonly (Buffer | null)[]): number {
  return row.reduce((sum, value) => sum + (value?.length ?? 0), 0);
}
