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

/**
 * The same without the sequences that have gone further already: to put one back would give numbers
 * out twice.
 * @param moved where the sequences are now, of those that moved
 */
export function withoutSteppingBack(
  changes: ChangeSet,
  moved: readonly SequenceChange[],
): ChangeSet {
  const now = new Map(moved.map((change) => [qualified(change), change]));
  const steps = changes.sequences.filter((change) => {
    const there = now.get(qualified(change));
    if (!there) return true;
    const origin = BigInt(there.before?.last ?? 0);
    return way(origin, change.after) >= way(origin, there.after);
  });
  return { ...changes, sequences: steps };
}

/** How far a sequence has gone from where it first stood, up or down. */
function way(origin: bigint, value: SequenceChange['after']): bigint {
  if (value === null) return -1n;
  const distance = BigInt(value.last) - origin;
  return (distance < 0n ? -distance : distance) * 2n + (value.called ? 1n : 0n);
}
