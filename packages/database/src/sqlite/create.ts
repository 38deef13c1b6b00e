import type { Definition, Table } from '../model.js';

/**
 * The statements that SQLite keeps as they were typed, foreign keys and all. It writes their heads
 * itself, `CREATE TABLE name`, without a schema or IF NOT EXISTS.
 */
export function definitionOf(table: string, indexes: readonly string[]): Definition {
  return { requires: [], create: ended(table), after: indexes.map(ended), references: [] };
}

/** A comment at the end would swallow the semicolon of a script. */
function ended(statement: string): string {
  const text = statement.trimEnd();
  return text.includes('--') ? `${text}\n` : text;
}

export function create(tables: readonly Table[]): string[] {
  return [
    ...tables.map(({ definition }) => definition.create),
    ...tables.flatMap(({ definition }) => definition.after),
  ];
}

/** SQL of SQLite has no conditions: an index is made also where its table was there before. */
export function createAbsent(tables: readonly Table[]): string[] {
  return create(tables).map((statement) =>
    statement.replace(/^CREATE (TABLE|INDEX|UNIQUE INDEX) /, (head) => `${head}IF NOT EXISTS `),
  );
}
