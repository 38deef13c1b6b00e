import { type Database, openDatabase } from '@hot-fixture/database';
import { mariadb } from '../../changes/test/mariadb-subject.js';
import { postgresql } from '../../changes/test/postgresql-subject.js';
import { sqlite } from '../../changes/test/sqlite-subject.js';
import type { Subject } from '../../changes/test/subject.js';

export const subjects: readonly Subject[] = [postgresql, mariadb, sqlite];

/** A database with these tables. */
export async function opened(
  subject: Subject,
  statements: readonly string[],
): Promise<{ database: Database; close: () => Promise<void> }> {
  const fresh = await subject.fresh();
  await fresh.run(statements);
  const database = await openDatabase(fresh.target);
  const close = async () => {
    await database.close();
    await fresh.drop();
  };
  return { database, close };
}
