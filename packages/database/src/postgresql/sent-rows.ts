import type { Row } from '../model.js';

const lineEnd = 0x0a;
/** More than lies on the way to a server before it tells that a row is wrong. */
const tailSize = 16 * 1024 * 1024;

/** Counts rows in COPY's text format on their way, and keeps the last to look one up. */
export class SentRows {
  #rows = 0;
  #tail: { chunk: Uint8Array; ends: number }[] = [];
  #size = 0;

  /** Lets chunks through. */
  async *pass(
    chunks: AsyncIterable<Uint8Array>,
    onRows: (rows: number) => void,
  ): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      let ends = 0;
      for (let at = chunk.indexOf(lineEnd); at >= 0; at = chunk.indexOf(lineEnd, at + 1)) ends += 1;
      this.#rows += ends;
      this.#tail.push({ chunk, ends });
      this.#size += chunk.length;
      while (this.#size > tailSize && this.#tail.length > 1) {
        this.#size -= this.#tail.shift()?.chunk.length ?? 0;
      }
      yield chunk;
      onRows(this.#rows);
    }
  }

  /** The row of this number, from 1; null where it is no longer kept. */
  row(number: number): Row | null {
    const before = this.#rows - this.#tail.reduce((sum, { ends }) => sum + ends, 0);
    // The first line of the tail may have lost its begin.
    if (number <= before || (number === before + 1 && before > 0)) return null;
    const text = Buffer.concat(this.#tail.map(({ chunk }) => chunk)).toString();
    const line = text.split('\n')[number - before - 1];
    return line === undefined ? null : line.split('\t').map(fieldOf);
  }
}

const controls: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function fieldOf(field: string): string | null {
  if (field === '\\N') return null;
  return field.replace(/\\(.)/gs, (_, letter: string) => controls[letter] ?? letter);
}
