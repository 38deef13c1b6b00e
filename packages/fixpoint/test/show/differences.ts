import type { TableChanges } from '@hot-fixture/changes';
import type { Row } from '@hot-fixture/database';
import type { Difference } from '../../src/compare/difference.js';

/** A difference of these tables. */
export function differenceOf(...tables: TableChanges[]): Difference {
  return {
    equal: tables.length === 0,
    changes: { dialect: 'postgresql', tables, sequences: [] },
    accepted: [],
  };
}

/** A table of people, of which some rows changed. */
export function people(rows: {
  readonly updated?: readonly (readonly [Row, Row])[];
  readonly inserted?: readonly Row[];
  readonly deleted?: readonly Row[];
}): TableChanges {
  return {
    schema: '',
    name: 'people',
    columns: ['id', 'name', 'notes'],
    key: ['id'],
    inserted: rows.inserted ?? [],
    updated: (rows.updated ?? []).map(([before, after]) => ({ before, after })),
    deleted: rows.deleted ?? [],
  };
}

export const sentence =
  'Once upon a time a brown fox jumped over a dog that was too lazy to do the same, and so on.';
