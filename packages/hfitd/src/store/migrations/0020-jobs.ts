import { type Kysely, sql } from 'kysely';
import type { StoreMigration } from './migration.js';

export const jobs: StoreMigration = () => ({ up });

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('jobs')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('who', 'text', (column) => column.notNull())
    .addColumn('template', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('parameters', 'text', (column) => column.notNull())
    .addColumn('format', 'text', (column) => column.notNull())
    .addColumn('sources', 'text', (column) => column.notNull())
    .addColumn('cache_key', 'text', (column) => column.notNull())
    .addColumn('fresh', 'integer', (column) => column.notNull())
    .addColumn('max_age', 'bigint', (column) => column.notNull())
    .addColumn('idempotency_key', 'text')
    .addColumn('asked', 'text', (column) => column.notNull())
    .addColumn('schedule', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('run_after', 'bigint', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('fence', 'integer', (column) => column.notNull())
    .addColumn('lease_by', 'text')
    .addColumn('lease_until', 'bigint')
    .addColumn('cancel_asked', 'integer', (column) => column.notNull())
    .addColumn('progress', 'text')
    .addColumn('problem', 'text')
    .addColumn('package_id', 'text')
    .addColumn('from_cache', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .addColumn('expires_at', 'bigint')
    .addColumn('changed_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('jobs_by_idempotency', ['user_id', 'idempotency_key'])
    .execute();
  await db.schema.createIndex('jobs_by_state').on('jobs').columns(['state', 'run_after']).execute();
  await db.schema
    .createIndex('jobs_by_user')
    .on('jobs')
    .columns(['user_id', 'created_at'])
    .execute();
  // The law that no package is built twice at once, kept where all daemons meet.
  await sql`CREATE UNIQUE INDEX jobs_one_build ON jobs (cache_key) WHERE state = 'running'`.execute(
    db,
  );
  await db.schema
    .createTable('packages')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('cache_key', 'text', (column) => column.notNull())
    .addColumn('rights_key', 'text', (column) => column.notNull())
    .addColumn('content_type', 'text', (column) => column.notNull())
    .addColumn('file_name', 'text', (column) => column.notNull())
    .addColumn('warnings', 'text', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('built_at', 'bigint', (column) => column.notNull())
    .addColumn('good_until', 'bigint')
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('packages_by_key')
    .on('packages')
    .columns(['cache_key', 'built_at'])
    .execute();
  await db.schema
    .createTable('schedules')
    .addColumn('user_id', 'text', (column) =>
      column.notNull().references('users.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('who', 'text', (column) => column.notNull())
    .addColumn('template', 'text', (column) => column.notNull())
    .addColumn('parameters', 'text', (column) => column.notNull())
    .addColumn('format', 'text', (column) => column.notNull())
    .addColumn('cron', 'text', (column) => column.notNull())
    .addColumn('zone', 'text', (column) => column.notNull())
    .addColumn('next_at', 'bigint', (column) => column.notNull())
    .addColumn('last_job', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('schedules_key', ['user_id', 'name'])
    .execute();
  await db.schema
    .createTable('facts')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
}
