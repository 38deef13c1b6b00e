import {
  countOrphans,
  type Dialect,
  type ForeignKey,
  qualified,
  type Row,
  type Schema,
  type Session,
  sameTable,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { batches } from './batches.js';
import type { Target } from './target.js';
import { identity, pick } from './value.js';

/**
 * Asks each foreign key that the writing may have broken, by the values that were written into it
 * or that went away under it: what was wrong elsewhere before is not our matter.
 * @throws HFIT_CHANGES_CONFLICT
 */
export async function assertKeysHold(
  dialect: Dialect,
  session: Session,
  schema: Schema,
  targets: readonly Target[],
): Promise<void> {
  for (const table of schema.tables) {
    for (const foreignKey of table.foreignKeys) {
      const values = new Map<string, Row>();
      for (const target of targets) {
        if (sameTable(target.table, table)) collect(target, foreignKey.columns, 'after', values);
        if (sameTable(target.table, foreignKey.target)) {
          collect(target, foreignKey.targetColumns, 'before', values);
        }
      }
      for (const batch of batches([...values.values()])) {
        const orphans = await countOrphans(dialect, session, { table, foreignKey }, batch);
        if (orphans > 0) throw pointsToNothing(qualified(table), foreignKey, orphans);
      }
    }
  }
}

/** The values of some columns, of the rows that came or of those that went; none with a NULL. */
function collect(
  { changes }: Target,
  columns: readonly string[],
  which: 'before' | 'after',
  values: Map<string, Row>,
): void {
  const places = columns.map((name) => changes.columns.indexOf(name));
  // A generated column may be a key too: its value is not known here.
  if (places.includes(-1)) return;
  const rows = which === 'after' ? changes.inserted : changes.deleted;
  for (const row of [...rows, ...changes.updated.map((it) => it[which])]) {
    const value = pick(row, places);
    if (!value.includes(null)) values.set(identity(value), value);
  }
}

function pointsToNothing(table: string, { name, target }: ForeignKey, rows: number): HfitError {
  return new HfitError('HFIT_CHANGES_CONFLICT', {
    table,
    key: `${rows} ${rows === 1 ? 'row' : 'rows'}`,
    reason: `the foreign key ${name} would point to nothing in ${qualified(target)}`,
  });
}
