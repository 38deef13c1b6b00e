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
    const { first, lines } = this.#kept();
    const line = lines[number - first];
    return number < first || line === undefined ? null : fieldsOf(line);
  }

  /** The first row kept that fits, with its number; null where there is none. */
  find(fits: (row: Row) => boolean): { number: number; row: Row } | null {
    const { first, lines } = this.#kept();
    for (const [i, line] of lines.entries()) {
      const row = fieldsOf(line);
      if (fits(row)) return { number: first + i, row };
    }
    return null;
  }

  /** Whole lines of the tail, and the number of the first of them. */
  #kept(): { first: number; lines: string[] } {
    const before = this.#rows - this.#tail.reduce((sum, { ends }) => sum + ends, 0);
    const lines = Buffer.concat(this.#tail.map(({ chunk }) => chunk))
      .toString()
      .split('\n');
    lines.pop();
    // The first line of a tail may have lost its begin.
    return before === 0 ? { first: 1, lines } : { first: before + 2, lines: lines.slice(1) };
  }
}

const controls: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function fieldsOf(line: string): Row {
  return line.split('\t').map(fieldOf);
}

/** The value of a field of COPY's text format. */
export function fieldOf(field: string): string | null {
  if (field === '\\N') return null;
  return field.replace(/\\(.)/gs, (_, letter: string) => controls[letter] ?? letter);
}
