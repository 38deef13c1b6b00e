import type { Kysely } from 'kysely';
import type { StoreMigration } from './migration.js';

/** A job goes on with the trace of whoever asked for it, whichever process builds it. */
export const trace: StoreMigration = () => ({ up });

async function up(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable('jobs').addColumn('traceparent', 'text').execute();
}
