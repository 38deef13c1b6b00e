import { type ChangeSet, compose, identity, type TableChanges } from '@hot-fixture/changes';
import { qualified, type Row, type Value } from '@hot-fixture/database';
import type { Content } from '../files/folder.js';
import type { FileTable, FixpointFile } from '../files/model.js';

/** Finds rows of the state that a fixpoint is built on, by their keys. */
export type FindRows = (
  table: FileTable,
  keys: readonly Row[],
) => Promise<readonly (Row | undefined)[]>;

/**
 * What a file says as a change set: of rows that changed, the file has only what did.
 * @param find a row that is changed is there, for the file is built on that state
 */
export async function changesIn(file: FixpointFile, find: FindRows): Promise<ChangeSet> {
  const tables: TableChanges[] = [];
  for (const table of file.tables) {
    const { schema, name, columns, key, added, changed, removed } = table;
    const rows =
      changed.length === 0
        ? []
        : await find(
            table,
            changed.map((it) => it.key),
          );
    const updated = changed.map(({ values }, i) => {
      const before = [...(rows[i] ?? columns.map(() => null))];
      for (const { place, from } of values) before[place] = from;
      const after = [...before];
      for (const { place, to } of values) after[place] = to;
      return { before, after };
    });
    const names = columns.map((it) => it.name);
    tables.push({ schema, name, columns: names, key, inserted: added, updated, deleted: removed });
  }
  return { dialect: file.dialect, tables, sequences: file.sequences };
}

/** The whole state of the last of some fixpoints that stand on each other, as rows that are new. */
export async function wholeState(contents: readonly Content[]): Promise<ChangeSet> {
  let state: ChangeSet | null = null;
  for (const { file } of contents) {
    const changes = await changesIn(file, findIn(state));
    state = state ? compose(state, changes) : changes;
  }
  return state as ChangeSet;
}

/** Finds rows in a whole state. */
export function findIn(state: ChangeSet | null): FindRows {
  return async (table, keys) => {
    const found = state?.tables.find((it) => qualified(it) === qualified(table));
    if (!found) return keys.map(() => undefined);
    const places = (table.key ?? []).map((name) => found.columns.indexOf(name));
    const rows = new Map(
      found.inserted.map((row) => [identity(places.map((it) => row[it] as Value)), row]),
    );
    return keys.map((key) => rows.get(identity(key)));
  };
}
