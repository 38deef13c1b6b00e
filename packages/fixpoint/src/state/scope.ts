import type { State } from '@hot-fixture/changes';
import {
  type Database,
  qualified,
  resolveTable,
  type Schema,
  type Table,
  type TableName,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';

/**
 * What tools note their migrations in. It tells which schema there is, so it is no part of a state.
 */
const migrations = new Set([
  ...['schema_migrations', 'ar_internal_metadata', 'schema_info', 'flyway_schema_history'],
  ...['databasechangelog', 'databasechangeloglock', 'knex_migrations', 'knex_migrations_lock'],
  ...['_prisma_migrations', 'kysely_migration', 'kysely_migration_lock', 'sequelizemeta'],
  ...['__drizzle_migrations', 'pgmigrations', 'alembic_version', 'django_migrations'],
  ...[
    'goose_db_version',
    '__efmigrationshistory',
    'mikro_orm_migrations',
    'doctrine_migration_versions',
  ],
]);

export function isOfMigrations({ name }: TableName): boolean {
  return migrations.has(name.toLowerCase());
}

/** Tables that are kept as they are, as `table` or `schema.table`. */
export interface Exclusion {
  /** By whoever calls. */
  readonly asked: readonly string[];
  /** By the files: some may be gone since. */
  readonly noted: readonly string[];
}

/** Those that are asked for, and those that fixpoints were stored without. */
export function exclusionOf(
  { asked, noted }: Exclusion,
  chain: readonly { readonly excluded: readonly string[] }[],
): Exclusion {
  return { asked, noted: [...noted, ...chain.flatMap((it) => it.excluded)] };
}

/** In a set order, each once. */
export function excludedNames({ asked, noted }: Exclusion): string[] {
  return [...new Set([...asked, ...noted])].sort();
}

/** The part of a schema that fixpoints are about. */
export interface Scope {
  /** All of it. */
  readonly whole: Schema;
  /** Without what is excluded. */
  readonly schema: Schema;
  readonly excluded: readonly Table[];
  includes(table: TableName): boolean;
  includesSequence(sequence: TableName): boolean;
}

/** @throws HFIT_TABLE_UNKNOWN, HFIT_TABLE_AMBIGUOUS of those that are asked for */
export function scopeOf(whole: Schema, { asked, noted }: Exclusion): Scope {
  const named = new Set(asked.map((name) => qualified(resolveTable(whole, name))));
  for (const name of noted) {
    const table = tableNamed(whole, name);
    if (table) named.add(qualified(table));
  }
  const isExcluded = (table: TableName) => named.has(qualified(table)) || isOfMigrations(table);
  const tables = whole.tables.filter((it) => !isExcluded(it));
  const sequences = whole.sequences.filter(
    ({ ownedBy }) => ownedBy === null || !isExcluded(ownedBy.table),
  );
  const names = new Set(sequences.map(qualified));
  return {
    whole,
    schema: { ...whole, tables, sequences },
    excluded: whole.tables.filter(isExcluded),
    includes: (table) => !isExcluded(table),
    includesSequence: (it) => names.has(qualified(it)),
  };
}

/** Null where it is gone. */
export function tableNamed(whole: Schema, name: string): Table | null {
  try {
    return resolveTable(whole, name);
  } catch (error) {
    if (error instanceof HfitError && error.code === 'HFIT_TABLE_UNKNOWN') return null;
    throw error;
  }
}

/** Lends one moment of a database, as far as it is in scope. */
export async function withCurrent<T>(
  database: Database,
  exclude: Exclusion,
  work: (state: State, scope: Scope) => Promise<T>,
): Promise<T> {
  const snapshot = await database.snapshot();
  try {
    const scope = scopeOf(await snapshot.introspect(), exclude);
    const state: State = {
      schema: scope.schema,
      // They are all kept in memory anyway, and one answer is faster than batches.
      async *rows(table, columns) {
        yield await snapshot.list({ table, columns, inKeyOrder: false });
      },
      sequences: () =>
        snapshot.using((it) => database.dialect.readSequences(it, scope.schema.sequences)),
    };
    return await work(state, scope);
  } finally {
    await snapshot.close();
  }
}
