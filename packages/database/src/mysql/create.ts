import type { Definition, Table, TableName } from '../model.js';
import { quote, quoteTable } from './quote.js';
import { checkKeys } from './settings.js';

const createTable = /^CREATE TABLE /;

/**
 * What SHOW CREATE TABLE says, without the numbering that the rows have reached. Foreign keys stay
 * inside: tables are made while keys are not checked.
 */
export function definitionOf(table: TableName, shown: string): Definition {
  const create = shown
    .replace(/^(\) ENGINE=\S+) AUTO_INCREMENT=\d+/m, '$1')
    // By a function: a name may hold what a replacement text takes for a mark.
    .replace(/^CREATE TABLE `(?:[^`]|``)*`/, () => `CREATE TABLE ${quoteTable(table)}`);
  const requires = table.schema === '' ? [] : createSchema(table.schema);
  return { requires, create, after: [], references: [] };
}

export function createSchema(name: string): string[] {
  return name === '' ? [] : [`CREATE DATABASE IF NOT EXISTS ${quote(name)}`];
}

export function create(tables: readonly Table[]): string[] {
  const requires = new Set(tables.flatMap(({ definition }) => definition.requires));
  return define([...requires, ...tables.map(({ definition }) => definition.create)]);
}

export function createAbsent(tables: readonly Table[]): string[] {
  return create(tables).map((it) => it.replace(createTable, 'CREATE TABLE IF NOT EXISTS '));
}

export function drop(tables: readonly TableName[]): string[] {
  return define(
    tables.length === 0 ? [] : [`DROP TABLE IF EXISTS ${tables.map(quoteTable).join(', ')}`],
  );
}

/** A statement that defines something ends the transaction; the rows are to have one again. */
export function define(statements: readonly string[]): string[] {
  if (statements.length === 0) return [];
  return [checkKeys(false), ...statements, checkKeys(true), 'START TRANSACTION'];
}
