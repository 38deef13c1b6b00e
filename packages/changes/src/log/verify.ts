import { type Database, qualified } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';

/** What a table or sequence was at a moment: the same text only for the same content. */
type Measure = ReadonlyMap<string, string>;

/**
 * Compares the whole database after a rewind with what it was at the checkpoint. It reads every
 * row, and nobody else may write between the two. It knows the checkpoints that it saw being set.
 */
export class Verifier {
  readonly #database: Database;
  readonly #schemas: readonly string[] | undefined;
  readonly #measures = new Map<string, Measure>();

  constructor(database: Database, schemas: readonly string[] | undefined) {
    this.#database = database;
    this.#schemas = schemas;
  }

  async remember(checkpoint: string): Promise<void> {
    this.#measures.set(checkpoint, await this.#measure());
  }

  /** @throws HFIT_REWIND_VERIFY with the first table or sequence that differs */
  async compare(checkpoint: string): Promise<void> {
    const before = this.#measures.get(checkpoint);
    if (!before) return this.remember(checkpoint);
    const after = await this.#measure();
    for (const [object, measure] of after) {
      if (before.get(object) === measure) continue;
      throw new HfitError(
        'HFIT_REWIND_VERIFY',
        { checkpoint, object },
        { where: this.#database.location },
      );
    }
  }

  async #measure(): Promise<Measure> {
    const { dialect } = this.#database;
    const snapshot = await this.#database.snapshot();
    try {
      const { tables, sequences } = await snapshot.introspect(this.#schemas);
      return await snapshot.using(async (session) => {
        const found = new Map<string, string>();
        for (const table of tables) {
          found.set(`table ${qualified(table)}`, await dialect.checksum(session, table));
        }
        for (const state of await dialect.readSequences(session, sequences)) {
          found.set(`sequence ${qualified(state)}`, JSON.stringify(state.value));
        }
        return found;
      });
    } finally {
      await snapshot.close();
    }
  }
}
