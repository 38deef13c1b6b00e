import type { Row, Value } from '@hot-fixture/database';
import type { ChangeSet, SequenceChange } from '../change-set.js';
import { sameValue } from '../value.js';
import { type JsonValue, toJson } from './json-value.js';

type RowDocument = Record<string, JsonValue>;

/** A change set as one JSON value: rows as objects by column, of an update what changed alone. */
export interface ChangeSetDocument {
  readonly dialect: string;
  readonly tables: readonly {
    readonly schema: string;
    readonly table: string;
    readonly key: readonly string[] | null;
    readonly inserted: readonly RowDocument[];
    readonly updated: readonly {
      readonly key: RowDocument;
      readonly before: RowDocument;
      readonly after: RowDocument;
    }[];
    readonly deleted: readonly RowDocument[];
  }[];
  readonly sequences: readonly SequenceChange[];
}

/** For programs that want one document, such as a report; `writeNdjson` is for what is read back. */
export function changesAsDocument({ dialect, tables, sequences }: ChangeSet): ChangeSetDocument {
  return {
    dialect,
    tables: tables.map(({ schema, name, columns, key, inserted, updated, deleted }) => {
      const document = (row: Row, which: (column: string, i: number) => boolean) =>
        Object.fromEntries(
          columns.flatMap((column, i) =>
            which(column, i) ? [[column, toJson(row[i] as Value)]] : [],
          ),
        );
      const whole = (row: Row) => document(row, () => true);
      return {
        schema,
        table: name,
        key,
        inserted: inserted.map(whole),
        updated: updated.map(({ before, after }) => {
          const differs = (_: string, i: number) =>
            !sameValue(before[i] as Value, after[i] as Value);
          return {
            key: document(after, (column) => key?.includes(column) ?? false),
            before: document(before, differs),
            after: document(after, differs),
          };
        }),
        deleted: deleted.map(whole),
      };
    }),
    sequences,
  };
}
