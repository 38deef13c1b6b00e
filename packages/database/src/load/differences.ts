import { HfitError } from '@hot-fixture/errors';
import type { Driver } from '../driver.js';
import { type Column, qualified, type Schema, sameTable, type Table } from '../model.js';
import type { Dataset } from './dataset.js';

/**
 * Holds the tables of the target to the columns that will come, before the first row does.
 * @returns differences that a row may or may not fail at: types that are not the same
 * @throws HFIT_LOAD_DIFFERS, which names all that no row could get over
 */
export function compareTables(driver: Driver, schema: Schema, dataset: Dataset): string[] {
  const { columnsOf } = dataset;
  if (!columnsOf) return [];
  const against: string[] = [];
  const differing: string[] = [];
  for (const table of dataset.tables) {
    const name = qualified(table);
    const target = schema.tables.find((it) => qualified(it) === name);
    if (!target) against.push(`table ${name} is not there`);
    else compare(name, target, columnsOf(table), against, differing);
  }
  refuse(driver, against);
  return differing;
}

/**
 * The same for those that stay as they are, before others are made that may point to them.
 * @throws HFIT_LOAD_DIFFERS
 */
export function compareStaying(driver: Driver, staying: readonly Table[], dataset: Dataset): void {
  const { columnsOf } = dataset;
  if (!columnsOf) return;
  const against: string[] = [];
  for (const target of staying) {
    const table = dataset.tables.find((it) => sameTable(it, target));
    if (table) compare(qualified(target), target, columnsOf(table), against, []);
  }
  refuse(driver, against);
}

/**
 * Tells a table that could not be made from one that points to what is no key over there.
 * @throws HFIT_LOAD_DIFFERS
 */
export function assertTargetsServe(
  driver: Driver,
  made: readonly Table[],
  staying: readonly Table[],
): void {
  const against = made.flatMap((table) =>
    table.foreignKeys.flatMap(({ target: name, targetColumns, columns }) => {
      const target = staying.find((it) => sameTable(it, name));
      const isKey = [target?.primaryKey, ...(target?.uniques ?? [])].some(
        (key) => key?.columns.toSorted().join('\0') === targetColumns.toSorted().join('\0'),
      );
      if (!target || isKey) return [];
      const words = `${qualified(target)} has no key (${targetColumns.join(', ')})`;
      return `${words}, which ${qualified(table)} (${columns.join(', ')}) points to`;
    }),
  );
  refuse(driver, against);
}

function refuse(driver: Driver, against: readonly string[]): void {
  if (against.length === 0) return;
  const values = { database: driver.location, differences: against.join('; ') };
  throw new HfitError('HFIT_LOAD_DIFFERS', values);
}

function compare(
  name: string,
  target: Table,
  coming: readonly Column[],
  against: string[],
  differing: string[],
): void {
  for (const column of coming) {
    const found = target.columns.find((it) => it.name === column.name);
    if (!found) against.push(`${name} has no column ${column.name}`);
    else if (found.generated) against.push(`${name}.${column.name} is generated`);
    else if (found.type !== column.type) {
      differing.push(`${name}.${column.name} is ${found.type} here, and ${column.type} comes`);
    }
  }
  for (const column of target.columns) {
    const isRequired = !column.nullable && column.default === null && !column.identity;
    if (!isRequired || column.generated || coming.some((it) => it.name === column.name)) continue;
    against.push(`${name}.${column.name} may not be empty, and no value comes for it`);
  }
}
