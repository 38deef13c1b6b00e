import type { Kysely } from 'kysely';
import type { StoreMigration } from './migration.js';

export const auditChain: StoreMigration = () => ({ up });

/** Records from before have no place in the chain: those columns stay null in them. */
async function up(db: Kysely<never>): Promise<void> {
  const alter = () => db.schema.alterTable('audit');
  await alter().addColumn('sequence', 'bigint').execute();
  await alter().addColumn('daemon', 'text').execute();
  await alter().addColumn('previous', 'text').execute();
  await alter().addColumn('hash', 'text').execute();
  await db.schema.createIndex('audit_sequence').unique().on('audit').column('sequence').execute();
  await db.schema
    .createTable('audit_head')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('audit_checkpoints')
    .addColumn('daemon', 'text', (column) => column.primaryKey().notNull())
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('public_key', 'text', (column) => column.notNull())
    .addColumn('signature', 'text', (column) => column.notNull())
    .execute();
  const open = db as unknown as Kysely<{
    audit_head: { name: string; sequence: number; hash: string };
  }>;
  const head = { name: 'head', sequence: 0, hash: '0'.repeat(64) };
  await open.insertInto('audit_head').values(head).execute();
  await db.schema
    .createTable('answers')
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('request', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('status', 'integer')
    .addColumn('headers', 'text')
    .addColumn('body', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('answers_key', ['user_id', 'key'])
    .execute();
}
