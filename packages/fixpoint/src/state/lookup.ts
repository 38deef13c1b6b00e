import { type ChangeSet, identity, invert } from '@hot-fixture/changes';
import { type Column, type Database, qualified, type Row, type Value } from '@hot-fixture/database';
import type { FindRows } from './complete.js';
import type { Scope } from './scope.js';
import { ownColumns } from './stored.js';

/** Finds rows as they are now. */
export function findInDatabase(database: Database, scope: Scope): FindRows {
  return async (table, keys) => {
    const found = scope.schema.tables.find((it) => qualified(it) === qualified(table));
    if (!found || !table.key) return keys.map(() => undefined);
    const columns = ownColumns(found);
    const places = table.key.map((name) => columns.findIndex((it) => it.name === name));
    const keyColumns = places.map((it) => columns[it] as Column);
    const snapshot = await database.snapshot();
    try {
      const rows = new Map<string, Row>();
      for (let at = 0; at < keys.length; at += 500) {
        const part = keys.slice(at, at + 500);
        for (const row of await snapshot.byKeys(found, columns, keyColumns, part)) {
          rows.set(identity(places.map((it) => row[it] as Value)), row);
        }
      }
      return keys.map((key) => rows.get(identity(key)));
    } finally {
      await snapshot.close();
    }
  };
}

/** Finds rows as they are after a change set. */
export function findAfter(changes: ChangeSet, find: FindRows): FindRows {
  return async (table, keys) => {
    const change = changes.tables.find((it) => qualified(it) === qualified(table));
    if (!change?.key) return find(table, keys);
    const places = change.key.map((name) => change.columns.indexOf(name));
    const idOf = (row: Row) => identity(places.map((it) => row[it] as Value));
    const there = new Map([
      ...change.deleted.map((row) => [idOf(row), undefined] as const),
      ...change.inserted.map((row) => [idOf(row), row] as const),
      ...change.updated.map(({ after }) => [idOf(after), after] as const),
    ]);
    const rest = await find(
      table,
      keys.filter((key) => !there.has(identity(key))),
    );
    let next = 0;
    return keys.map((key) => {
      const id = identity(key);
      if (there.has(id)) return there.get(id);
      next += 1;
      return rest[next - 1];
    });
  };
}

/** Finds rows as they were before a change set that ends where `find` looks. */
export function findBefore(changes: ChangeSet, find: FindRows): FindRows {
  return findAfter(invert(changes), find);
}

/** The part of a change set that is in scope. */
export function inScope(changes: ChangeSet, scope: Scope): ChangeSet {
  return {
    ...changes,
    tables: changes.tables.filter((it) => scope.includes(it)),
    sequences: changes.sequences.filter((it) => scope.includesSequence(it)),
  };
}
