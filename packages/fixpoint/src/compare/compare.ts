import type { ChangeSet, SequenceChange, TableChanges } from '@hot-fixture/changes';
import type { Schema } from '@hot-fixture/database';
import { AcceptedCounts } from './accepted.js';
import type { Difference } from './difference.js';
import { noDomains } from './domains.js';
import { Remainder } from './remainder.js';
import { Renaming } from './renaming.js';
import { ResolvedRules } from './resolve.js';
import type { CompareRules } from './rules.js';
import { sidesOf } from './sides.js';

/**
 * What remains of a difference after all that the rules let through. It looks at the difference
 * alone, and never calls two states equal that are not equal under the rules.
 * @param found what would have to happen to the expected state to make it the found one
 * @throws HFIT_TABLE_UNKNOWN, HFIT_TABLE_AMBIGUOUS, HFIT_COLUMN_UNKNOWN where a rule names what is
 *   not there
 */
export function compareChanges(
  found: ChangeSet,
  schema: Schema,
  rules: CompareRules = {},
): Difference {
  const resolved = new ResolvedRules(schema, rules);
  const accepted = new AcceptedCounts();
  const now = rules.now ?? new Date();
  const compared = found.tables.filter((table) => resolved.isCompared(table));
  for (const table of found.tables) {
    if (!resolved.isCompared(table)) accepted.rows(table, 'not compared', rowsOf(table));
  }
  const domains = noDomains;
  const sides = compared.map((table) => sidesOf(table, resolved, domains));
  const renaming = new Renaming(domains.all.length);
  const tables = sides
    .map((it) => new Remainder(it, renaming, accepted, now).changes())
    .filter((it) => it !== null);
  const sequences = remainingSequences(found, schema, rules, resolved, accepted);
  return {
    equal: tables.length === 0 && sequences.length === 0,
    changes: { dialect: found.dialect, tables, sequences },
    accepted: accepted.list(),
  };
}

function rowsOf({ inserted, updated, deleted }: TableChanges): number {
  return inserted.length + updated.length + deleted.length;
}

/** A sequence that numbers a table that is not compared is not compared either. */
function remainingSequences(
  { sequences }: ChangeSet,
  schema: Schema,
  rules: CompareRules,
  resolved: ResolvedRules,
  accepted: AcceptedCounts,
): SequenceChange[] {
  const how = rules.sequences ?? (rules.sameKeys ? 'ignore' : 'compare');
  return sequences.filter((change) => {
    const known = schema.sequences.find(
      (it) => it.schema === change.schema && it.name === change.name,
    );
    const owner = known?.ownedBy?.table;
    const isCompared = owner ? resolved.isCompared(owner) : rules.tables === undefined;
    if (!isCompared) accepted.rows(change, 'not compared', 1);
    else if (how === 'ignore') accepted.rows(change, 'ignored', 1);
    return isCompared && how === 'compare';
  });
}
