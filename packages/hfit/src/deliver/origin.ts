import type { Database, Dataset } from '@hot-fixture/database';
import type { Form } from './destination.js';

/** A package as the content of a file. */
export interface Content {
  readonly body: AsyncIterable<string | Uint8Array>;
  /** The name that it gives itself. */
  readonly fileName: string;
  readonly warnings: readonly string[];
  /** Those that are known only when all rows have gone by. */
  readonly late?: () => readonly string[];
}

/** A package as what a database is loaded with. */
export interface Rows {
  readonly dataset: Dataset;
  readonly warnings: readonly string[];
  readonly late?: () => readonly string[];
}

/** Where a package comes from: a server, or the sources themselves. */
export interface Origin {
  /** The databases that it reads, where they are open here. */
  readonly sources?: readonly Database[];
  stream(form: Form, onRows: OnRows): Promise<Content>;
  dataset(onRows: OnRows): Promise<Rows>;
}

/** Told how many rows were read so far, and before that how many were found, where that is known. */
export type OnRows = (rows: number, isSearch?: boolean) => void;

const filesLeftOut = 'the files of the template are not in it: they come with --format package';

/** The same origin; it warns where the files of the template have no place. */
export function tellingOfFiles(origin: Origin, hasFiles: boolean): Origin {
  if (!hasFiles) return origin;
  const more = <T extends { warnings: readonly string[] }>(made: T): T => ({
    ...made,
    warnings: [...made.warnings, filesLeftOut],
  });
  return {
    ...origin,
    async stream(form, onRows) {
      const content = await origin.stream(form, onRows);
      return form === 'archive' ? content : more(content);
    },
    dataset: async (onRows) => more(await origin.dataset(onRows)),
  };
}
