import { HfitError } from '@hot-fixture/errors';
import type { Dialect } from '../dialect.js';
import { orderByForeignKeys } from '../order.js';
import type { Dataset } from './dataset.js';

/**
 * Writes a dataset as one script for the client program of its dialect: one transaction, which
 * makes what is absent and loads all rows, or nothing. A script that was cut short has no commit.
 * @returns pieces of text, a batch of rows at a time
 */
export async function* script(dialect: Dialect, dataset: Dataset): AsyncGenerator<string> {
  if (dataset.dialect !== dialect.name) {
    throw new HfitError('HFIT_LOAD_DIALECT', { from: dataset.dialect, to: dialect.name });
  }
  const { cyclic } = orderByForeignKeys(dataset.tables);
  yield dialect.scriptPrologue.map((line) => `${line}\n`).join('');
  yield lines(dialect.beginLoad);
  yield* definitions(dialect, dataset);
  yield lines([...dialect.defer(cyclic), ...(dialect.forFunctions ?? [])]);
  for await (const { table, columns, batches } of dataset.rows()) {
    for await (const batch of batches) {
      if (batch.length > 0) yield dialect.insertScript(table, columns, batch);
    }
  }
  yield lines(dialect.renumber(dataset.tables));
  yield lines(dialect.sequenceScript?.(dataset.sequences ?? []) ?? []);
  yield lines(dialect.settle(cyclic));
  yield lines([dialect.commit]);
}

/** The part of a script that makes schemas and tables. */
export function* definitions(
  dialect: Dialect,
  dataset: Pick<Dataset, 'schemas' | 'create' | 'createSequences'>,
): Generator<string> {
  for (const schema of dataset.schemas) yield lines(dialect.createSchema(schema));
  yield lines((dataset.createSequences ?? []).flatMap(({ definition }) => definition ?? []));
  const replaced = dataset.create.filter(({ mode }) => mode === 'replace');
  yield lines(dialect.drop(replaced.map(({ table }) => table)));
  yield lines(dialect.createAbsent(dataset.create.map(({ table }) => table)));
}

function lines(statements: readonly string[]): string {
  return statements.map((statement) => `${statement};\n`).join('');
}
