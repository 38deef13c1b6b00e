import { type Crossing, type Database, findCrossings } from '@hot-fixture/database';
import { Generator } from '@hot-fixture/generator';
import { World } from '../database/world.js';
import { Tenancy, type TenancyOptions } from './tenancy.js';

export interface TenantViolation {
  /** The table whose rows point into other tenants. */
  readonly table: string;
  /** How they do so, such as `orders.customer_id → customers.tenant_id`. */
  readonly path: string;
  readonly rows: number;
  /** The first of them: the key of the row, its tenant, and that of the row it points to. */
  readonly examples: readonly Crossing[];
}

export interface ViolationOptions extends TenancyOptions {
  readonly schemas?: readonly string[];
  /** How many rows of each reference are shown: 10 by default. All are counted. */
  readonly examples?: number;
}

/**
 * Asks a whole database for references that cross tenants: each foreign key, by SQL, at one moment.
 * @returns one entry for each foreign key that has such rows
 * @throws HFIT_TENANT_UNKNOWN, HFIT_DATABASE_UNREACHABLE, HFIT_DATABASE_LOST
 */
export async function findTenantViolations(
  database: Database,
  options: ViolationOptions = {},
): Promise<TenantViolation[]> {
  const snapshot = await database.snapshot();
  try {
    const schema = await snapshot.introspect(options.schemas);
    const world = new World(schema, new Generator({ seed: 0 }), [], 'required');
    const tenancy = new Tenancy(world, options);
    const found: TenantViolation[] = [];
    for (const facts of world.tables.values()) {
      for (const reference of tenancy.referencesOf(facts)) {
        const { rows, crossings } = await snapshot.using((session) =>
          findCrossings(
            database.dialect,
            session,
            schema.tables,
            reference,
            options.examples ?? 10,
          ),
        );
        if (rows === 0) continue;
        const path = tenancy.pathOf(facts, reference.foreignKey);
        found.push({ table: facts.name, path, rows, examples: crossings });
      }
    }
    return found;
  } finally {
    await snapshot.close();
  }
}
