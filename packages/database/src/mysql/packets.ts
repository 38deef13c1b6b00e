import type { EventEmitter } from 'node:events';
import type { FieldPacket } from 'mysql2';
import { type Connection, raw } from './wire.js';

/** Takes the packets of rows as they come, each row from one byte to another; none may be kept. */
export interface RowSink {
  begin(fields: readonly FieldPacket[]): void;
  row(bytes: Buffer, from: number, to: number): void;
}

interface Packet {
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Reads on with what it gives back; null when the rows have ended. */
type Reader = (packet: Packet, connection: Connection) => Reader | null;

/**
 * Sends a query and gives the packets of its rows to the sink. The driver would make an object of
 * each value first; a method of its own for a query that it runs is the place where they pass.
 * @returns the command, which tells `end` and `error`
 */
export function sendForRows(connection: Connection, sql: string, sink: RowSink): EventEmitter {
  const command = connection.query(raw(sql)) as unknown as EventEmitter & { row: Reader };
  const end = command.row;
  const row: Reader = (packet, from) => {
    const { buffer, start, end: to } = packet;
    // The header of a packet has four bytes; a row of nine bytes or more may begin like an end.
    if (buffer[start + 4] === 0xfe && to - start < 13) return end.call(command, packet, from);
    sink.row(buffer, start + 4, to);
    return row;
  };
  command.row = row;
  command.on('fields', (fields: FieldPacket[] | undefined) => sink.begin(fields ?? []));
  return command;
}

/** Walks over the values of a row: sets where each of them is. One object serves all rows. */
export class ValueWalk {
  #bytes: Buffer = Buffer.alloc(0);
  from = 0;
  to = 0;
  isNull = false;

  begin(bytes: Buffer, from: number): void {
    this.#bytes = bytes;
    this.to = from;
  }

  /** To the next value, which has to be there. */
  next(): void {
    const bytes = this.#bytes;
    let from = this.to;
    let length = bytes[from++] as number;
    this.isNull = length === 0xfb;
    if (this.isNull) length = 0;
    else if (length >= 0xfc) {
      const size = length === 0xfc ? 2 : length === 0xfd ? 3 : 8;
      // No value has more bytes than six can count.
      length = bytes.readUIntLE(from, Math.min(size, 6));
      from += size;
    }
    this.from = from;
    this.to = from + length;
  }
}
