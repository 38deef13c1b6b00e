import { type ChangeSet, sameValue } from '@hot-fixture/changes';
import { qualified, type Schema, type Table, type Value } from '@hot-fixture/database';
import type { TaggedValue } from '../compare/rules.js';
import type { FileTable, FixpointFile, Parent } from '../files/model.js';
import { ownColumns } from './stored.js';

/**
 * A change set in the form of a file.
 * @param tags of the file that it takes the place of; those of values that are no more there go
 */
export function fileOf(
  changes: ChangeSet,
  schema: Schema,
  parent: Parent | null,
  tags: readonly TaggedValue[] = [],
): FixpointFile {
  const known = new Map(schema.tables.map((table) => [qualified(table), table]));
  const tables = changes.tables.map((table): FileTable => {
    const { schema: inSchema, name, key, inserted, updated, deleted } = table;
    const columns = ownColumns(known.get(qualified(table)) as Table);
    const places = (key ?? []).map((it) => table.columns.indexOf(it));
    return {
      schema: inSchema,
      name,
      columns: columns.map((column) => ({ name: column.name, type: column.type })),
      key,
      added: inserted,
      changed: updated.map(({ before, after }) => ({
        key: places.map((it) => after[it] as Value),
        values: after.flatMap((to, place) => {
          const from = before[place] as Value;
          return sameValue(from, to) ? [] : [{ place, from, to }];
        }),
      })),
      removed: deleted,
    };
  });
  return { dialect: changes.dialect, parent, tables, sequences: changes.sequences, tags };
}
