import { type ChangeSet, compose, type SequenceChange } from '@hot-fixture/changes';
import { qualified } from '@hot-fixture/database';

/** What one fixture did to the database in one go: from its beginning, or since one that it used. */
export interface Part {
  readonly fixture: string;
  readonly changes: ChangeSet;
}

/**
 * The change set that does what these do, one after the other. Some that happened between them may
 * be left out, so sequences are not asked to meet.
 * @throws HFIT_CHANGES_CHAIN where rows need what was left out
 */
export function chain(dialect: string, all: readonly ChangeSet[]): ChangeSet {
  if (all.length === 1) return all[0] as ChangeSet;
  const sequences = new Map<string, SequenceChange>();
  let rows: ChangeSet = { dialect, tables: [], sequences: [] };
  for (const changes of all) {
    rows = compose(rows, { ...changes, sequences: [] });
    for (const change of changes.sequences) {
      const { before } = sequences.get(qualified(change)) ?? change;
      sequences.set(qualified(change), { ...change, before });
    }
  }
  return { ...rows, sequences: [...sequences.values()] };
}
