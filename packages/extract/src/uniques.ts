import type { Column, Table } from '@hot-fixture/database';

/**
 * Whether no two rows may have one value in the column: it is part of a key, or of a unique index
 * over expressions or a part of the rows.
 */
export function isUnique(table: Table, { name }: Column): boolean {
  const keys = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques];
  if (keys.some(({ columns }) => columns.includes(name))) return true;
  return table.uniqueIndexes.some((it) => it.expressions.some((sql) => mentions(sql, name)));
}

/**
 * Why no mask of a column can keep what a unique index asks for, although different values have
 * different masks; else null.
 */
export function brokenUnique(table: Table, { name }: Column, masker: string): string | null {
  for (const { name: index, expressions, predicate } of table.uniqueIndexes) {
    const odd = expressions.some((sql) => mentions(sql, name) && !isWhole(sql, name));
    if (odd) {
      return `the unique index ${index} is over an expression of it, which may be the same for different masks`;
    }
    if (predicate === null || !mentions(predicate, name)) continue;
    const rest = predicate.replace(isNull(name), ' ');
    if (mentions(rest, name) || masker === 'null') {
      return `what stands in it decides for which rows the unique index ${index} holds`;
    }
  }
  return null;
}

/** The column itself, or in one case: masks that differ, differ in more than case. */
function isWhole(sql: string, name: string): boolean {
  const bare = sql
    .replace(/::[\w ]+(?:\(\d+\))?/g, '')
    .replace(/ collate [\w"`.]+/gi, '')
    .replace(/\b(?:lower|upper)\s*(?=\()/gi, '')
    .replace(/[()\s]/g, '');
  return bare === name || bare.replace(/^["`[]|["`\]]$/g, '') === name;
}

const quoted = (name: string) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function isNull(name: string): RegExp {
  return new RegExp(`["\`[(]*${quoted(name)}["\`\\])]*\\s+is\\s+(?:not\\s+)?null\\b`, 'gi');
}

/** Whether the name stands in an SQL expression outside of its texts. */
function mentions(sql: string, name: string): boolean {
  const withoutTexts = sql.replace(/'(?:[^']|'')*'/g, "''");
  return new RegExp(`(?<![\\w$])${quoted(name)}(?![\\w$])`, 'i').test(withoutTexts);
}
