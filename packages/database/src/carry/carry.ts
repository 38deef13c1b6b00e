import { HfitError } from '@hot-fixture/errors';
import type { Database } from '../database.js';
import type { Dialect } from '../dialect.js';
import type { Dataset, TableRows } from '../load/dataset.js';
import {
  type Column,
  qualified,
  type Row,
  type Schema,
  sameTable,
  type Table,
  type TableName,
  type Value,
} from '../model.js';
import { dialectNamed } from '../open.js';
import { carriedTable, tableNamed } from './define.js';
import type { Carry, NeutralType, NeutralValue } from './neutral.js';

/** A dataset for another dialect, and what is not in it as it was. */
export interface Carried {
  readonly dataset: Dataset;
  /** For people: one line each. */
  readonly notes: readonly string[];
}

/**
 * Makes a dataset of one dialect into one that a database of another takes. Tables are made where
 * they are absent; one that is there has to have the types that would be made. A value that would
 * not be there as it is stops the load.
 * @throws HFIT_LOAD_DIALECT, HFIT_CARRY_TABLE, and HFIT_CARRY_VALUE while rows are read
 */
export async function carry(dataset: Dataset, target: Database): Promise<Carried> {
  const from = dialectNamed(dataset.dialect);
  const to = target.dialect;
  if (from.name === to.name) return { dataset, notes: [] };
  const names = { from: from.name, to: to.name };
  if (!from.carry || !to.carry) throw new HfitError('HFIT_LOAD_DIALECT', names);
  const schema = await target.introspect();
  const notes: string[] = [];
  const all = once([...dataset.tables, ...dataset.create.map(({ table }) => table)]);
  const made = new Map<string, Table>();
  for (const table of all) {
    const carried = carriedTable(from.carry, to, table, all, schema.defaultSchema, notes);
    const there = schema.tables.find((it) => sameTable(it, carried));
    if ([...made.values()].some((it) => sameTable(it, carried))) {
      throw refused(table, `another table is called ${table.name} too, in another schema`);
    }
    if (there) assertFits(to, table, carried, there);
    made.set(qualified(table), carried);
  }
  const carriedOf = (table: Table) => tableNamed(made, table);
  const modes = new Map(dataset.create.map(({ table, mode }) => [qualified(table), mode]));
  const carried: Dataset = {
    dialect: to.name,
    schemas: [],
    create: all.map((table) => {
      return { table: carriedOf(table), mode: modes.get(qualified(table)) ?? 'absent' };
    }),
    tables: dataset.tables.map(carriedOf),
    references: (dataset.references ?? []).map((it) => {
      const [table, to] = [it.table, it.target].map((name) => made.get(qualified(name)) ?? name);
      return { ...it, table: table as TableName, target: to as TableName };
    }),
    async *rows() {
      for await (const part of dataset.rows()) {
        yield carriedRows(from, to, part, carriedOf(part.table), schema);
      }
    },
  };
  return { dataset: carried, notes };
}

function carriedRows(
  from: Dialect,
  to: Dialect,
  part: TableRows,
  table: Table,
  schema: Schema,
): TableRows {
  const there = schema.tables.find((it) => sameTable(it, table)) ?? table;
  const columns = part.columns.map(({ name }) => {
    return there.columns.find((column) => column.name === name) as Column;
  });
  const types = part.columns.map((column) => (from.carry as Carry).neutral(column));
  async function* batches(): AsyncGenerator<readonly Row[]> {
    let number = 0;
    for await (const batch of part.batches) {
      yield batch.map((row) => {
        number += 1;
        return row.map((value, i) => {
          const type = types[i] as NeutralType;
          const reason = { text: '' };
          const carried = carriedValue(from.carry as Carry, to.carry as Carry, type, value, reason);
          if (carried !== undefined) return carried;
          const values = {
            column: `${qualified(part.table)}.${part.columns[i]?.name}`,
            reason: reason.text,
          };
          throw new HfitError('HFIT_CARRY_VALUE', values, { where: `row ${number}` });
        });
      });
    }
  }
  return { table, columns, batches: batches() };
}

/** @returns undefined for a value that would not be there as it is */
function carriedValue(
  from: Carry,
  to: Carry,
  type: NeutralType,
  value: Value,
  reason: { text: string },
): Value | undefined {
  if (value === null) return null;
  const neutral = from.read(type, value);
  const word = type.kind === 'foreign' ? 'text' : type.kind;
  reason.text = `it is no ${word} that other databases know`;
  if (neutral === null) return undefined;
  reason.text = `the target has no such ${word}`;
  if (!keepsAll(to, type, neutral)) return undefined;
  return to.write(type, neutral) ?? undefined;
}

/** Digits of a second that a database would round without a word. */
function keepsAll(to: Carry, type: NeutralType, value: NeutralValue): boolean {
  if (typeof value !== 'string' || to.fraction === null) return true;
  if (type.kind !== 'time' && type.kind !== 'timestamp') return true;
  return (/\.(\d+)/.exec(value)?.[1]?.length ?? 0) <= to.fraction;
}

function assertFits(to: Dialect, source: Table, made: Table, there: Table): void {
  const carry = to.carry as Carry;
  for (const column of made.columns) {
    const found = there.columns.find(({ name }) => name === column.name);
    if (!found) throw refused(source, `the target has one without column ${column.name}`);
    const [a, b] = [carry.neutral(column), carry.neutral(found)];
    if (holds(a, b)) continue;
    const types = `${found.type} and not ${column.type}`;
    throw refused(source, `column ${column.name} of the target is ${types}, which would hold it`);
  }
}

/** Whether a column holds what one that is made for it would. */
function holds(made: NeutralType, there: NeutralType): boolean {
  if (made.kind !== 'text' || there.kind !== 'text') {
    return JSON.stringify(made) === JSON.stringify(there);
  }
  return there.length === null || (made.length !== null && made.length <= there.length);
}

function refused(table: Table, reason: string): HfitError {
  return new HfitError('HFIT_CARRY_TABLE', { table: qualified(table), reason });
}

function once(tables: readonly Table[]): Table[] {
  return tables.filter((table, i) => tables.findIndex((it) => sameTable(it, table)) === i);
}
