import {
  type Column,
  findColumn,
  qualified,
  type Schema,
  type Step,
  sameTable,
  type Table,
} from '@hot-fixture/database';
import type { ColumnFacts } from '@hot-fixture/masking';
import type { ClassifiedTable } from './classify.js';
import { isUnique } from './uniques.js';

/** What a masker has to know of a column; a part of any key counts as unique. */
export function factsOf(table: Table, column: Column): ColumnFacts {
  const { name, type, kind, nullable, maxLength, labels, madeOf } = column;
  const made = madeOf && { madeOf };
  const unique = isUnique(table, column);
  return { name, type, kind, ...made, nullable, maxLength, labels, unique };
}

/**
 * How many characters masks of a column have room for: as many as in it and in every column that its
 * keys lead to, also where those tables do not travel with it, so that every package has the same
 * masks. Null where there is no limit.
 */
export function roomOf(schema: Schema, table: Table, column: Column): number | null {
  const lengths: number[] = [];
  const seen = new Set<string>();
  let [of, at]: [Table, Column] = [table, column];
  while (!seen.has(`${qualified(of)}.${at.name}`)) {
    seen.add(`${qualified(of)}.${at.name}`);
    if (at.maxLength !== null) lengths.push(at.maxLength);
    const next = nextOf(schema, of, at);
    if (next) [of, at] = next;
  }
  return lengths.length === 0 ? null : Math.min(...lengths);
}

/** Where the first key of a column leads. */
function nextOf(schema: Schema, table: Table, { name }: Column): [Table, Column] | null {
  const key = table.foreignKeys.find(({ columns }) => columns.includes(name));
  const target = key && schema.tables.find((other) => sameTable(other, key.target));
  const targetName = key?.targetColumns[key.columns.indexOf(name)];
  return target && targetName !== undefined ? [target, findColumn(target, targetName)] : null;
}

/** The column that a foreign key leads to in the end, and how to get there. */
export interface KeyTarget {
  readonly of: ClassifiedTable;
  readonly column: Column;
  readonly steps: readonly Step[];
  /** A key is masked as its target, so that length and kind agree. */
  readonly facts: Omit<ColumnFacts, 'name' | 'nullable'>;
}

/**
 * Follows a column along the foreign keys between tables that travel together; null where it is
 * part of none. A key may point to a column that is itself a key.
 */
export function targetOf(
  tables: readonly ClassifiedTable[],
  it: ClassifiedTable,
  column: Column,
): KeyTarget | null {
  const seen = new Set<string>();
  const steps: Step[] = [];
  let [of, name] = [it, column.name];
  while (!seen.has(`${qualified(of.table)}.${name}`)) {
    seen.add(`${qualified(of.table)}.${name}`);
    const foreignKey = of.table.foreignKeys.find(({ columns }) => columns.includes(name));
    const target = tables.find(
      (other) =>
        foreignKey && other.source === it.source && sameTable(other.table, foreignKey.target),
    );
    if (!foreignKey || !target) break;
    name = foreignKey.targetColumns[foreignKey.columns.indexOf(name)] as string;
    of = target;
    steps.push({ foreignKey, column: name });
  }
  // A round trip leads nowhere.
  if (steps.length === 0 || (of === it && name === column.name)) return null;
  const found = findColumn(of.table, name);
  const { type, kind, unique, labels = null } = factsOf(of.table, found);
  const maxLength = roomOf(it.source.schema, of.table, found);
  return { of, column: found, steps, facts: { type, kind, maxLength, unique, labels } };
}
