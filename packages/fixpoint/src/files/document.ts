import { type JsonValue, toJson } from '@hot-fixture/changes';
import type { Row, SequenceChange, Value } from '@hot-fixture/database';
import type { FileTable, FixpointFile, Parent } from './model.js';

type Named<T> = Record<string, T>;

/** A fixpoint as one JSON value: rows as objects by column. */
export interface FixpointDocument {
  readonly dialect: string;
  readonly parent: Parent | null;
  readonly tables: readonly {
    readonly schema: string;
    readonly table: string;
    readonly key: readonly string[] | null;
    readonly added: readonly Named<JsonValue>[];
    readonly changed: readonly {
      readonly key: Named<JsonValue>;
      readonly from: Named<JsonValue>;
      readonly to: Named<JsonValue>;
    }[];
    readonly removed: readonly Named<JsonValue>[];
  }[];
  readonly sequences: readonly SequenceChange[];
}

/** For programs. */
export function fixpointAsDocument(file: FixpointFile): FixpointDocument {
  const { dialect, parent, tables, sequences } = file;
  return { dialect, parent, tables: tables.map(tableDocument), sequences };
}

function tableDocument(table: FileTable): FixpointDocument['tables'][number] {
  const { schema, name, columns, key, added, changed, removed } = table;
  const names = columns.map((it) => it.name);
  const row = (values: Row) => named(names, values);
  return {
    schema,
    table: name,
    key,
    added: added.map(row),
    changed: changed.map(({ key: of, values }) => {
      const places = values.map(({ place }) => names[place] as string);
      return {
        key: named(key ?? [], of),
        from: named(
          places,
          values.map(({ from }) => from),
        ),
        to: named(
          places,
          values.map(({ to }) => to),
        ),
      };
    }),
    removed: removed.map(row),
  };
}

function named(names: readonly string[], row: Row): Named<JsonValue> {
  return Object.fromEntries(names.map((name, i) => [name, toJson(row[i] as Value)]));
}
