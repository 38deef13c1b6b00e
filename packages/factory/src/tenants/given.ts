import { type Database, type ForeignKey, findOwner } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Values } from '../database/node.js';
import type { World } from '../database/world.js';
import type { Definition } from '../define/definition.js';
import type { TableFacts } from '../table/facts.js';
import type { Tenancy } from './tenancy.js';
import type { TenantRows } from './tenant-rows.js';

/**
 * Asks the database for the tenant of the rows that a row is told to point to by their keys alone, so
 * that what is made for it is of the same.
 * @throws HFIT_TENANT_CROSSED where they are of several
 */
export async function askTenantsOf(
  database: Database,
  world: World,
  tenancy: Tenancy,
  tenants: TenantRows,
  definition: Definition,
  overrides: Values | undefined,
): Promise<void> {
  const facts = world.tableOf(definition);
  const keys = openKeys(world, tenancy, tenants, facts, { ...definition.attributes, ...overrides });
  if (keys.length === 0) return;
  const { dialect } = database;
  const tables = [...world.tables.values()].map(({ table }) => table);
  const snapshot = await database.snapshot();
  let first: unknown = null;
  try {
    for (const { key, target, row } of keys) {
      const owner = tenancy.ownerOf(target);
      const columns = key.targetColumns.flatMap((it) => target.columns.get(it)?.column ?? []);
      if (!owner) continue;
      const text = columns.map((column) => dialect.encode(column, row[column.name]));
      const found = await snapshot.using((session) =>
        findOwner(dialect, session, tables, { table: target.table, columns, owner }, text),
      );
      if (!found) continue;
      const tenant = dialect.decode(found.column, found.value);
      tenants.know(target, key.targetColumns, row, tenant);
      first ??= tenant;
      if (String(first) === String(tenant)) continue;
      throw new HfitError('HFIT_TENANT_CROSSED', {
        ...{ table: facts.name, path: tenancy.pathOf(facts, key) },
        ...{ tenant: String(first), other: String(tenant) },
      });
    }
  } finally {
    await snapshot.close();
  }
}

/** The keys that are given, of a row whose tenant is not. */
function openKeys(
  world: World,
  tenancy: Tenancy,
  tenants: TenantRows,
  facts: TableFacts,
  given: Values,
): { key: ForeignKey; target: TableFacts; row: Values }[] {
  const column = tenancy.ownColumn(facts);
  const bound = facts.table.foreignKeys.filter((key) => tenants.binds(facts, key));
  const isDecided = column === null ? bound.length < 2 : isValue(given[column]);
  if (facts === tenancy.table || isDecided) return [];
  return bound.flatMap((key) => {
    const target = world.targetOf(key);
    if (target === tenancy.table || !key.columns.every((it) => isValue(given[it]))) return [];
    const row = Object.fromEntries(
      key.targetColumns.map((name, i) => [name, given[key.columns[i] as string]]),
    );
    return [{ key, target, row }];
  });
}

const isValue = (it: unknown) => ['string', 'number', 'bigint'].includes(typeof it);
