/** Reads the wire format of SSH (RFC 4251, section 5). */
export class WireReader {
  readonly #bytes: Buffer;
  readonly #cut: () => Error;
  #at = 0;

  /** @param cut makes the error for bytes that end too early */
  constructor(bytes: Buffer, cut: () => Error) {
    this.#bytes = bytes;
    this.#cut = cut;
  }

  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw this.#cut();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  number(): number {
    return this.take(4).readUInt32BE();
  }

  field(): Buffer {
    return this.take(this.number());
  }

  rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }
}

/** Bytes with their length before them, as `field` reads them. */
export function wireField(bytes: Uint8Array): Buffer {
  return Buffer.concat([wireNumber(bytes.length), bytes]);
}

export function wireNumber(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
