import {
  type Column,
  type ForeignKey,
  findColumn,
  type LooseReference,
  qualified,
  resolveTable,
  type Schema,
  sameTable,
  type Table,
  type TableName,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { placed } from '../placed.js';
import type { DeclaredReference } from '../template/model.js';
import { keysAsRelations, type Relation, relationName } from './relation.js';

/** A schema with what a template knows of it. */
export interface KnownSchema {
  /** Plain references are foreign keys of its tables, so that order and masks follow them. */
  readonly schema: Schema;
  readonly relations: readonly Relation[];
}

const begin = 'declared at ';

/**
 * Adds the references that a template declares to those that the schema tells.
 * @throws HFIT_TABLE_UNKNOWN, HFIT_COLUMN_UNKNOWN, HFIT_REFERENCE_TYPE, HFIT_REFERENCE_TARGET, each
 *   with its place in the template
 */
export function declare(schema: Schema, declared: readonly DeclaredReference[]): KnownSchema {
  const keys = new Map<Table, ForeignKey[]>();
  for (const it of declared) {
    if (it.kind !== 'columns') continue;
    placed(it.where, () => {
      const table = resolveTable(schema, it.table);
      keys.set(table, [...(keys.get(table) ?? []), keyOf(schema, table, it)]);
    });
  }
  const tables = schema.tables.map((table) => {
    const more = keys.get(table);
    return more ? { ...table, foreignKeys: [...table.foreignKeys, ...more] } : table;
  });
  const known = { ...schema, tables };
  const others = declared.flatMap((it) => placed(it.where, () => relationsOf(known, it)));
  const isDeclared = (_: Table, name: string) => name.startsWith(begin);
  return { schema: known, relations: [...keysAsRelations(tables, isDeclared), ...others] };
}

/** What a template has declared between tables, for who moves their keys. */
export function looseReferences(
  { relations }: { readonly relations: readonly Relation[] },
  tables: readonly TableName[],
): LooseReference[] {
  const among = (table: TableName) => tables.some((it) => sameTable(it, table));
  const nameOf = ({ schema, name }: TableName) => ({ schema, name });
  return relations.flatMap(({ isDeclared, table, columns, target, targetColumns, only, path }) => {
    if (!isDeclared || !among(table) || !among(target)) return [];
    return {
      table: nameOf(table),
      columns: columns.map(({ name }) => name),
      target: nameOf(target),
      targetColumns: targetColumns.map(({ name }) => name),
      ...(only && { only: { column: only.column.name, value: only.value } }),
      ...(path && { isWithin: true as const }),
    };
  });
}

/** The table as its database knows it. */
export function withoutDeclared(table: Table): Table {
  const foreignKeys = table.foreignKeys.filter(({ name }) => !name.startsWith(begin));
  return foreignKeys.length === table.foreignKeys.length ? table : { ...table, foreignKeys };
}

function keyOf(
  schema: Schema,
  table: Table,
  it: DeclaredReference & { kind: 'columns' },
): ForeignKey {
  const columns = it.columns.map((name) => findColumn(table, name));
  const target = resolveTable(schema, it.target);
  const targets = targetColumns(target, it.targetColumns, columns.length);
  columns.forEach((column, i) => {
    assertFits(table, column, target, targets[i] as Column);
  });
  return {
    name: `${begin}${it.where}`,
    columns: columns.map(({ name }) => name),
    target: { schema: target.schema, name: target.name },
    targetColumns: targets.map(({ name }) => name),
    onUpdate: 'no action',
    onDelete: 'no action',
    deferrable: 'never',
  };
}

/** What no foreign key could say: where a row points depends on what it holds. */
function relationsOf(schema: Schema, it: DeclaredReference): Relation[] {
  if (it.kind === 'columns') return [];
  const table = resolveTable(schema, it.table);
  if (it.kind === 'json') {
    const column = findColumn(table, it.column);
    const target = resolveTable(schema, it.target);
    const targets = targetColumns(target, it.targetColumn ? [it.targetColumn] : null, 1);
    const [targetColumn] = targets as [Column];
    const holds = column.kind === 'json' || column.kind === 'text';
    if (!holds || !scalar.includes(targetColumn.kind)) unfit(table, column, target, targetColumn);
    const base = { table, columns: [column], target, targetColumns: targets, only: null };
    const name = relationName(table, [column.name]);
    return [{ ...base, name, isDeclared: true, path: it.path }];
  }
  const id = findColumn(table, it.id);
  const only = findColumn(table, it.type);
  return it.targets.map(({ value, table: of }) => {
    const target = resolveTable(schema, of);
    const targets = targetColumns(target, null, 1);
    assertFits(table, id, target, targets[0] as Column);
    return {
      name: relationName(table, [id.name]),
      ...{ table, columns: [id], target, targetColumns: targets, isDeclared: true },
      only: { column: only, value },
      path: null,
    };
  });
}

const scalar: readonly Column['kind'][] = ['integer', 'text', 'uuid', 'decimal'];

/** @throws HFIT_REFERENCE_TARGET where nothing says which columns are meant */
function targetColumns(target: Table, named: readonly string[] | null, count: number): Column[] {
  const names = named ?? target.primaryKey?.columns;
  if (names?.length === count) return names.map((name) => findColumn(target, name));
  const key = target.primaryKey ? `(${target.primaryKey.columns.join(', ')})` : 'none';
  throw new HfitError('HFIT_REFERENCE_TARGET', { target: qualified(target), key, count });
}

function assertFits(table: Table, column: Column, target: Table, targetColumn: Column): void {
  if (column.kind !== targetColumn.kind) unfit(table, column, target, targetColumn);
}

function unfit(table: Table, column: Column, target: Table, targetColumn: Column): never {
  throw new HfitError('HFIT_REFERENCE_TYPE', {
    column: `${qualified(table)}.${column.name}`,
    type: column.type,
    target: `${qualified(target)}.${targetColumn.name}`,
    targetType: targetColumn.type,
  });
}
