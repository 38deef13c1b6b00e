import type { Kysely } from 'kysely';
import type { StoreMigration } from './migration.js';

/**
 * A job goes on with the trace of whoever asked for it, whichever process builds it; and a package
 * says by which policy it was masked, which may be another one when it is downloaded.
 */
export const trace: StoreMigration = () => ({ up });

async function up(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable('jobs').addColumn('traceparent', 'text').execute();
  await db.schema.alterTable('packages').addColumn('policy', 'text').execute();
}
