import type { Kysely } from 'kysely';
import type { StoreMigration } from './migration.js';

export const access: StoreMigration = () => ({ up });

/** Members and the like are named by their address, so that they can be declared before they come. */
async function up(db: Kysely<unknown>): Promise<void> {
  const text = (column: { notNull(): unknown }) => column.notNull() as never;
  await db.schema
    .createTable('grants')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('subject', 'text', text)
    .addColumn('content', 'text', text)
    .addColumn('created_at', 'bigint', text)
    .execute();
  await db.schema.createIndex('grants_by_subject').on('grants').column('subject').execute();
  await db.schema
    .createTable('roles')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .execute();
  await db.schema
    .createTable('teams')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('approval', 'integer', text)
    .execute();
  await db.schema
    .createTable('members')
    .addColumn('of', 'text', text)
    .addColumn('member', 'text', text)
    .addColumn('owner', 'integer', text)
    .addPrimaryKeyConstraint('members_key', ['of', 'member'])
    .execute();
  await db.schema.createIndex('members_by_member').on('members').column('member').execute();
  await db.schema
    .createTable('access_state')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('value', 'bigint', text)
    .execute();
  await db.schema
    .createTable('secrets')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('value', 'text', text)
    .execute();
  await db.schema
    .createTable('sessions')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('user_id', 'text', (column) =>
      column.notNull().references('users.id').onDelete('cascade'),
    )
    .addColumn('expires_at', 'bigint', text)
    .addColumn('revoked_at', 'bigint')
    .execute();
  await db.schema.createIndex('sessions_by_user').on('sessions').column('user_id').execute();
  await db.schema.createIndex('sessions_by_end').on('sessions').column('expires_at').execute();
  await db.schema
    .createTable('refresh_tokens')
    .addColumn('digest', 'text', (column) => column.primaryKey().notNull())
    .addColumn('session_id', 'text', (column) =>
      column.notNull().references('sessions.id').onDelete('cascade'),
    )
    .addColumn('expires_at', 'bigint', text)
    .addColumn('used_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('refresh_tokens_by_session')
    .on('refresh_tokens')
    .column('session_id')
    .execute();
  await db.schema
    .createTable('package_counts')
    .addColumn('who', 'text', text)
    .addColumn('day', 'text', text)
    .addColumn('packages', 'bigint', text)
    .addPrimaryKeyConstraint('package_counts_key', ['who', 'day'])
    .execute();
  await db.schema
    .createTable('team_templates')
    .addColumn('team', 'text', (column) =>
      column.notNull().references('teams.name').onDelete('cascade'),
    )
    .addColumn('name', 'text', text)
    .addColumn('text', 'text', text)
    .addColumn('digest', 'text', text)
    .addColumn('description', 'text')
    .addColumn('parameters', 'text', text)
    .addColumn('updated_at', 'bigint', text)
    .addColumn('updated_by', 'text', text)
    .addColumn('approved_digest', 'text')
    .addColumn('approved_by', 'text')
    .addColumn('approved_at', 'bigint')
    .addPrimaryKeyConstraint('team_templates_key', ['team', 'name'])
    .execute();
}
