import type { Column, Table } from '@hot-fixture/database';
import { isWhole, mentions, withoutNullTests } from './names.js';

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
    const rest = withoutNullTests(predicate, name);
    if (mentions(rest, name) || masker === 'null') {
      return `what stands in it decides for which rows the unique index ${index} holds`;
    }
  }
  return null;
}

/**
 * Whether rows that come without the column may be the same to a unique key or index: they have a
 * null or its default there, or it decides which rows the index holds for.
 * @param given whether its default goes along
 */
export function keepsApart(
  table: Table,
  { name, default: value }: Column,
  given: boolean,
): boolean {
  const isSame = given && value !== null && !/uuid|nextval|random/i.test(value);
  const ofKeys = table.uniques.some(
    ({ columns, nullsDistinct }) => columns.includes(name) && (isSame || !nullsDistinct),
  );
  return (
    ofKeys ||
    table.uniqueIndexes.some(({ expressions, predicate }) => {
      const over = expressions.filter((sql) => mentions(sql, name));
      if (over.some((sql) => isSame || !isWhole(sql, name))) return true;
      const rest = withoutNullTests(predicate ?? '', name, 'not null');
      // What compares with a null holds for no row.
      return mentions(rest, name) && (isSame || /\b(?:is|not|case|\w+(?=\())\b/i.test(rest));
    })
  );
}
