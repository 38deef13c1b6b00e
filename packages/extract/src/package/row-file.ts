import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '@hot-fixture/database';
import { splitLines } from '../lines/read.js';
import { fromJson, toJson } from '../lines/values.js';
import { damaged, type PackagedRows } from './manifest.js';

const batchSize = 1000;

/** A batch as lines of JSON. */
export function linesOf(batch: readonly Row[]): string {
  return batch.map((row) => `${JSON.stringify(row.map(toJson))}\n`).join('');
}

/**
 * The rows of a file of a package, in batches.
 * @throws HFIT_PACKAGE_FORMAT
 */
export async function* readRows(
  folder: string,
  { file, columns }: Pick<PackagedRows, 'file' | 'columns'>,
): AsyncGenerator<Row[]> {
  let batch: Row[] = [];
  for await (const line of splitLines(createReadStream(join(folder, ...file.split('/'))))) {
    batch.push(rowOf(line, file, columns.length));
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function rowOf(line: string, file: string, width: number): Row {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw damaged(file);
  }
  if (!Array.isArray(json) || json.length !== width) throw damaged(file);
  const row = json.map(fromJson);
  if (row.includes(undefined)) throw damaged(file);
  return row as Row;
}
