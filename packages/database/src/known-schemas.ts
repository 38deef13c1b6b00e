import type { Dialect } from './dialect.js';
import type { Session } from './driver.js';
import type { Schema } from './model.js';

/** How many lists of schemas are known at once. */
const most = 50;

/** Schemas as they were last read, for as long as the database says that they are as they were. */
export class KnownSchemas {
  readonly #known = new Map<string, { readonly version: string; readonly schema: Schema }>();

  /** What `introspect` gives, read again only where something has changed. */
  async read(dialect: Dialect, session: Session, schemas?: readonly string[]): Promise<Schema> {
    // Before the schema: one that changes in between is then read again by the next one.
    const version = await dialect.schemaVersion?.(session);
    if (version === undefined) return dialect.introspect(session, schemas);
    const key = JSON.stringify(schemas ?? null);
    const known = this.#known.get(key);
    if (known?.version === version) return known.schema;
    const schema = await dialect.introspect(session, schemas);
    const [oldest] = this.#known.keys();
    if (this.#known.size >= most && oldest !== undefined) this.#known.delete(oldest);
    this.#known.delete(key);
    this.#known.set(key, { version, schema });
    return schema;
  }
}
