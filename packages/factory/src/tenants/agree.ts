import type { ForeignKey } from '@hot-fixture/database';
import type { Values } from '../database/node.js';
import type { TableFacts } from '../table/facts.js';
import type { Tenancy } from './tenancy.js';

type Known = Tenancy | null | undefined;

/** The tenant that a row gets from one that it points to; null where that has none. */
export function tenantOf(
  tenancy: Known,
  facts: TableFacts,
  key: ForeignKey,
  target: TableFacts,
  row: Values,
): { readonly column: string; readonly value: unknown } | null {
  if (!tenancy || target === tenancy.table || tenancy.isExcepted(facts, key)) return null;
  const [column, theirs] = [tenancy.ownColumn(facts), tenancy.ownColumn(target)];
  if (column === null || theirs === null || row[theirs] == null) return null;
  return { column, value: row[theirs] };
}
