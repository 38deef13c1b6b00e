import type { Dataset } from '@hot-fixture/database';
import type { Form } from './destination.js';

/** Where a package comes from: a server, or the sources themselves. */
export interface Origin {
  /**
   * Begins the package in a form that a file can hold.
   * @param onRows told how many rows were read so far, where that can be known
   */
  stream(
    form: Form,
    onRows: (rows: number) => void,
  ): Promise<{
    readonly body: AsyncIterable<string | Uint8Array>;
    /** The name that it gives itself. */
    readonly fileName: string;
    readonly warnings: readonly string[];
  }>;
  /** Begins it in the form that a database is loaded with. */
  dataset(): Promise<{ readonly dataset: Dataset; readonly warnings: readonly string[] }>;
}
