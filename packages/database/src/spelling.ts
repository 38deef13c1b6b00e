import { type Dialect, quoteTable } from './dialect.js';
import type { Column, ForeignKey } from './model.js';

/** From a row to the one that a foreign key points to, and the column of it that is meant. */
export interface Step {
  readonly foreignKey: ForeignKey;
  readonly column: string;
}

/**
 * How columns of foreign keys are read as the row at the end of the steps spells them: a collation
 * may take `abc` and `ABC` for one key. By the name of the column.
 */
export type Spelling = ReadonlyMap<string, readonly Step[]>;

/**
 * A column in the spelling of the row that it points to; in its own where there is none.
 * @param alias of the table, as it is quoted
 */
export function spelled(
  dialect: Dialect,
  alias: string,
  column: Column,
  steps: readonly Step[],
): string {
  const of = (table: string, name: string) => `${table}.${dialect.quote(name)}`;
  const joined = steps.map(({ foreignKey }, i) => {
    const [from, to] = [i === 0 ? alias : `hfit_${i - 1}`, `hfit_${i}`];
    const same = foreignKey.columns.map(
      (name, c) => `${of(to, foreignKey.targetColumns[c] as string)} = ${of(from, name)}`,
    );
    const table = `${quoteTable(dialect, foreignKey.target)} ${to}`;
    return { table, same: same.join(' AND ') };
  });
  const [first, ...more] = joined;
  const joins = more.map(({ table, same }) => ` JOIN ${table} ON ${same}`).join('');
  const value = of(`hfit_${steps.length - 1}`, steps.at(-1)?.column as string);
  // Not every database asks that the target of a key is unique.
  const found = `SELECT ${value} FROM ${first?.table}${joins} WHERE ${first?.same} LIMIT 1`;
  return `COALESCE((${found}), ${of(alias, column.name)})`;
}
