import { type ChangeSetDocument, changesAsDocument } from '@hot-fixture/changes';
import type { Accepted, Difference } from '../compare/difference.js';

/** A difference as one JSON value, for programs. */
export interface DifferenceDocument {
  readonly equal: boolean;
  readonly changes: ChangeSetDocument;
  readonly accepted: readonly Omit<Accepted, 'example'>[];
}

export function differenceAsDocument({ equal, changes, accepted }: Difference): DifferenceDocument {
  return {
    equal,
    changes: changesAsDocument(changes),
    accepted: accepted.map(({ schema, name, column, reason, count }) => ({
      schema,
      name,
      column,
      reason,
      count,
    })),
  };
}
