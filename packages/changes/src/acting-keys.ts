import {
  type Column,
  type Dialect,
  hasRow,
  qualified,
  type Reference,
  type Row,
  type Schema,
  type Session,
  sameTable,
} from '@hot-fixture/database';
import { conflict } from './conflict.js';
import type { Target } from './target.js';
import { pick, sameRow } from './value.js';

/** The foreign keys of the tables that are written to, and those of others that point to them. */
export function referencesAround(schema: Schema, targets: readonly Target[]): Reference[] {
  const names = new Set(targets.map(({ table }) => qualified(table)));
  return schema.tables.flatMap((table) =>
    table.foreignKeys
      .filter(({ target }) => names.has(qualified(table)) || names.has(qualified(target)))
      .map((foreignKey) => ({ table, foreignKey })),
  );
}

/** Those that cannot wait, or would change other rows, when rows of these tables go. */
export function actingOn(references: readonly Reference[], targets: readonly Target[]) {
  return references.filter(({ foreignKey }) => {
    const { onDelete, onUpdate, target } = foreignKey;
    if (onDelete === 'no action' && onUpdate === 'no action') return false;
    return targets.some((it) => sameTable(it.table, target));
  });
}

/** Whether a key value goes away in what is written: its row is deleted, or gets another. */
export function losesKeys({ foreignKey }: Reference, targets: readonly Target[]): boolean {
  const target = targets.find(({ table }) => sameTable(table, foreignKey.target));
  if (!target) return false;
  const { changes } = target;
  const places = placesOf(target, foreignKey.targetColumns);
  return (
    changes.deleted.length > 0 ||
    changes.updated.some((it) => !sameRow(pick(it.before, places), pick(it.after, places)))
  );
}

/**
 * Refuses where a foreign key would change rows that the change set does not know, for a role that
 * cannot keep it from that.
 * @param moves rows that go, or that may get another key
 * @throws HFIT_CHANGES_CONFLICT
 */
export async function assertNoneFollows(
  { dialect, session, acting }: Acting,
  target: Target,
  event: 'onDelete' | 'onUpdate',
  moves: readonly { readonly before: Row; readonly after: Row | null }[],
): Promise<void> {
  for (const { table, foreignKey } of acting) {
    if (!follows(foreignKey[event]) || !sameTable(foreignKey.target, target.table)) continue;
    // Rows of the same table that go together cannot be told from others here.
    if (sameTable(table, target.table)) continue;
    const places = placesOf(target, foreignKey.targetColumns);
    // A generated column may be a key too: its value is not known here.
    if (places.includes(-1)) continue;
    const columns = foreignKey.columns.map(
      (name) => table.columns.find((column) => column.name === name) as Column,
    );
    for (const { before, after } of moves) {
      const key = pick(before, places);
      if (key.includes(null) || (after && sameRow(key, pick(after, places)))) continue;
      if (!(await hasRow(dialect, session, table, columns, key))) continue;
      const reason = `the foreign key ${foreignKey.name} would change rows of ${qualified(table)} with it, and this role cannot put it off`;
      throw conflict(target, before, reason);
    }
  }
}

interface Acting {
  readonly dialect: Dialect;
  readonly session: Session;
  readonly acting: readonly Reference[];
}

const follows = (action: string) => action !== 'no action' && action !== 'restrict';

const placesOf = ({ changes }: Target, names: readonly string[]) =>
  names.map((name) => changes.columns.indexOf(name));
