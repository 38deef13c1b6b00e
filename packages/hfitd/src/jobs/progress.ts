import type { Extraction } from '@hot-fixture/extract';

/** What a job document tells of how far a build is. */
export interface ProgressDocument {
  table: string | null;
  /** Of all tables. */
  rows: number;
  /** Of the package that are stored. */
  bytes: number;
  tables_done: number;
  tables: number | null;
  seconds: number;
}

/** Counts what goes by while a package is built. */
export class Progress {
  #table: string | null = null;
  #bytes = 0;
  #extraction: Extraction | undefined;
  readonly #began = performance.now();

  begin(extraction: Extraction): void {
    this.#extraction = extraction;
  }

  readonly note = ({ table }: { table: string }): void => {
    this.#table = table;
  };

  async *bytesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#bytes += chunk.length;
      yield chunk;
    }
  }

  /** @param isWhole whether all tables have gone by */
  document(isWhole = false): ProgressDocument {
    const counts = Object.values(this.#extraction?.counts ?? {});
    const { all = null, done = 0 } = this.#extraction?.tables ?? {};
    return {
      table: isWhole ? null : this.#table,
      rows: counts.reduce((sum, rows) => sum + rows, 0),
      bytes: this.#bytes,
      tables_done: done,
      tables: all,
      seconds: Math.round((performance.now() - this.#began) / 100) / 10,
    };
  }
}
