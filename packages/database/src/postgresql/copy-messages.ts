const headSize = 5;
const copyData = 'd'.charCodeAt(0);
/** What may stand before or between the rows: CopyOutResponse, notices, settings, notifications. */
const passed = new Set(['H', 'N', 'S', 'A'].map((letter) => letter.charCodeAt(0)));

/**
 * Takes the rows out of what a server sends for COPY TO STDOUT: one message for each row, cut
 * anywhere into chunks. Source: PostgreSQL, "Message Formats" of the frontend/backend protocol 3.0.
 */
export class CopyMessages {
  /** How much of the message that was begun is still to come. */
  #left = 0;
  #isData = false;
  /** The begin of a head whose rest is still to come. */
  #head = Buffer.alloc(0);

  /**
   * The rows within a chunk, moved together in its own memory.
   * @returns `rest` begins with the first message that is none of COPY's rows; null where there is
   *   none yet
   */
  read(chunk: Buffer): { rows: Buffer; rest: Buffer | null } {
    const bytes = this.#head.length > 0 ? Buffer.concat([this.#head, chunk]) : chunk;
    this.#head = Buffer.alloc(0);
    let from = 0;
    let to = 0;
    const size = bytes.length;
    while (from < size) {
      if (this.#left === 0) {
        if (size - from < headSize) {
          this.#head = Buffer.from(bytes.subarray(from));
          break;
        }
        const type = bytes[from] as number;
        if (type !== copyData && !passed.has(type)) {
          return { rows: bytes.subarray(0, to), rest: bytes.subarray(from) };
        }
        this.#isData = type === copyData;
        // The length counts itself.
        this.#left = bytes.readUInt32BE(from + 1) - 4;
        from += headSize;
      }
      const here = Math.min(this.#left, size - from);
      if (this.#isData) {
        bytes.copyWithin(to, from, from + here);
        to += here;
      }
      from += here;
      this.#left -= here;
    }
    return { rows: bytes.subarray(0, to), rest: null };
  }
}
