import { type Database, qualified, type Schema, sameTable } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';

/**
 * Refuses to track some schemas where tables of others point into them, whatever the key does: a
 * cascade, also that of TRUNCATE, would change their rows unseen, and a rewind could take away what
 * they point to.
 * @throws HFIT_TRACK_REACHES
 */
export async function assertNoneOutside(database: Database, schema: Schema): Promise<void> {
  const isTracked = (name: { schema: string; name: string }) =>
    schema.tables.some((it) => sameTable(it, name));
  const { tables } = await database.introspect();
  for (const table of tables) {
    if (isTracked(table)) continue;
    const key = table.foreignKeys.find(({ target }) => isTracked(target));
    if (!key) continue;
    throw new HfitError('HFIT_TRACK_REACHES', {
      key: key.name,
      table: qualified(table),
      target: qualified(key.target),
    });
  }
}
