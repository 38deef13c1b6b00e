import type { ChangeSet } from '@hot-fixture/changes';
import type { Database, Schema } from '@hot-fixture/database';
import { Comparison, rowsOf } from './comparison.js';
import type { Difference } from './difference.js';
import type { CompareRules } from './rules.js';
import { type ReadRows, readFrom, readUnchanged } from './unchanged.js';

/**
 * What remains of a difference after all that the rules let through. It looks at the difference
 * alone, and never calls two states equal that are not equal under the rules, as long as no foreign
 * key points to nothing. Generated keys that both states have stay themselves, unless nothing can
 * point to them; `compareInDatabase` follows them further.
 * @param found what would have to happen to the expected state to make it the found one
 * @throws HFIT_TABLE_UNKNOWN, HFIT_TABLE_AMBIGUOUS, HFIT_COLUMN_UNKNOWN where a rule names what is
 *   not there
 */
export function compareChanges(
  found: ChangeSet,
  schema: Schema,
  rules: CompareRules = {},
): Difference {
  return new Comparison(found, schema, rules).remaining(null);
}

/**
 * The same, but where something remains and generated keys may have other numbers, it reads the
 * rows that point to the changed ones: so a numbering that moved is no difference, also where it
 * moved over numbers that were taken.
 * @param database the found state, or how its rows are read
 * @throws what compareChanges throws, HFIT_DATABASE_UNREACHABLE, HFIT_DATABASE_LOST
 */
export async function compareInDatabase(
  database: Database | ReadRows,
  found: ChangeSet,
  schema: Schema,
  rules: CompareRules = {},
): Promise<Difference> {
  const comparison = new Comparison(found, schema, rules);
  const first = comparison.remaining(null);
  const { domains, sides } = comparison;
  if (first.equal || first.changes.tables.length === 0 || domains.all.length === 0) return first;
  const read = typeof database === 'function' ? database : readFrom(database);
  let best = first;
  for (const isWide of [false, true]) {
    const unchanged = await readUnchanged(found, sides, domains, read, isWide);
    if (!unchanged) break;
    const next = comparison.remaining(unchanged);
    if (next.equal) return next;
    if (sizeOf(next) < sizeOf(best)) best = next;
  }
  return best;
}

function sizeOf({ changes }: Difference): number {
  return changes.tables.reduce((sum, table) => sum + rowsOf(table), 0);
}
