import { HfitError } from '@hot-fixture/errors';
import { qualified, type Schema, type Table } from './model.js';

/**
 * Finds the table that a user named: `table`, `schema.table`, or `database.table` for one in the
 * default schema. Case counts only where more than one table would fit.
 * @throws HFIT_TABLE_UNKNOWN, HFIT_TABLE_AMBIGUOUS
 */
export function resolveTable(schema: Schema, name: string): Table {
  const parts = name.split('.');
  const bare = parts.pop() as string;
  const qualifier = parts.join('.');
  const inSchema = (table: Table) =>
    qualifier === ''
      ? table.schema === schema.defaultSchema
      : table.schema === qualifier ||
        (qualifier === schema.database && table.schema === schema.defaultSchema);
  const named = (fold: (text: string) => string) => (table: Table) =>
    inSchema(table) && fold(table.name) === fold(bare);

  const asIs = schema.tables.filter(named((text) => text));
  const found = asIs.length > 0 ? asIs : schema.tables.filter(named((text) => text.toLowerCase()));
  const table = found[0];
  if (found.length > 1) {
    throw new HfitError('HFIT_TABLE_AMBIGUOUS', {
      table: name,
      database: schema.database,
      tables: list(found),
    });
  }
  if (table) return table;
  throw new HfitError('HFIT_TABLE_UNKNOWN', {
    table: name,
    database: schema.database,
    tables: list(schema.tables),
  });
}

function list(tables: readonly Table[]): string {
  const names = tables.map(qualified);
  const shown = names.slice(0, 20).join(', ') || 'none';
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}
