import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { fromJson, rowToJson, toJson } from '@hot-fixture/changes';
import type { Row, Value } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { ChangedRow, FileTable, FixpointFile } from './model.js';

export interface PackedRows {
  readonly digest: string;
  readonly content: Uint8Array;
}

/**
 * Packs rows that are too many for people: one JSON list a line, compressed. Each begins with the
 * number of its table, and `+`, `~` or `-`.
 */
export function packRows({ tables }: FixpointFile): PackedRows {
  const lines = tables.flatMap(({ added, changed, removed }, i) => [
    ...added.map((row) => JSON.stringify([i, '+', rowToJson(row)])),
    ...changed.map(({ key, values }) =>
      JSON.stringify([
        i,
        '~',
        rowToJson(key),
        values.map(({ place, from, to }) => [place, toJson(from), toJson(to)]),
      ]),
    ),
    ...removed.map((row) => JSON.stringify([i, '-', rowToJson(row)])),
  ]);
  const text = lines.map((line) => `${line}\n`).join('');
  return { digest: digestOf(text), content: gzipSync(text) };
}

/**
 * Puts the rows back into their tables.
 * @param file for messages
 * @throws HFIT_FIXPOINT_FILE where it is not the file that the fixpoint was written with
 */
export function unpackRows(
  tables: readonly FileTable[],
  content: Uint8Array,
  digest: string,
  file: string,
): FileTable[] {
  const fail = (reason: string, cause?: unknown) =>
    new HfitError('HFIT_FIXPOINT_FILE', { reason }, { where: file, cause });
  let text: string;
  try {
    text = gunzipSync(content).toString('utf8');
  } catch (error) {
    throw fail('it cannot be unpacked', error);
  }
  if (digestOf(text) !== digest) {
    throw fail('its rows are not those that the fixpoint was written with');
  }
  const found = tables.map(() => ({
    added: [] as Row[],
    changed: [] as ChangedRow[],
    removed: [] as Row[],
  }));
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [i, kind, row, values] = JSON.parse(line) as [number, string, unknown[], unknown[][]];
    const table = found[i];
    if (!table) throw fail('it has rows of a table that the fixpoint does not name');
    if (kind === '+') table.added.push(row.map(valueIn));
    else if (kind === '-') table.removed.push(row.map(valueIn));
    else {
      table.changed.push({
        key: row.map(valueIn),
        values: values.map(([place, from, to]) => ({
          place: Number(place),
          from: valueIn(from),
          to: valueIn(to),
        })),
      });
    }
  }
  return tables.map((table, i) => ({ ...table, ...found[i] }));
}

const valueIn = (json: unknown) => fromJson(json) as Value;

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
