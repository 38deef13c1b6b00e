import type { ChangeSet } from '../change-set.js';
import { rowToJson } from './json-value.js';

/**
 * Writes a change set for programs: one JSON value a line, a table before its rows, and a last line
 * without which the file is not whole.
 * @returns lines, one at a time
 */
export function* writeNdjson({ dialect, tables, sequences }: ChangeSet): Generator<string> {
  let rows = 0;
  yield line({ changeSetVersion: 1, dialect });
  for (const { schema, name, columns, key, inserted, updated, deleted } of tables) {
    yield line({ table: name, schema, key, columns });
    for (const row of inserted) yield line({ insert: rowToJson(row) });
    for (const { before, after } of updated) {
      yield line({ update: [rowToJson(before), rowToJson(after)] });
    }
    for (const row of deleted) yield line({ delete: rowToJson(row) });
    rows += inserted.length + updated.length + deleted.length;
  }
  for (const { schema, name, before, after } of sequences) {
    yield line({ sequence: name, schema, before, after });
  }
  yield line({ end: { tables: tables.length, rows, sequences: sequences.length } });
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
