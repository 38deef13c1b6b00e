import type { Session } from '../../driver.js';
import type { Schema, TableName } from '../../model.js';
import { arrayLiteral } from '../array.js';
import { definitionsSql } from '../catalog-types.js';
import { quoteTable } from '../quote.js';

/** A type of a user that columns of the log are made of, however deep in them. */
export interface LoggedType {
  readonly oid: string;
  readonly name: string;
  readonly definition: string;
}

export async function loggedTypes(session: Session, { tables }: Schema): Promise<LoggedType[]> {
  const rows = await session.query(definitionsSql, [arrayLiteral(await oidsOf(session, tables))]);
  return rows.map(([oid, name, definition]) => ({
    oid: oid as string,
    name: name as string,
    definition: definition as string,
  }));
}

export async function oidsOf(session: Session, names: readonly TableName[]): Promise<string[]> {
  const rows = await session.query('SELECT g.name::regclass::oid FROM unnest($1::text[]) g(name)', [
    arrayLiteral(names.map(quoteTable)),
  ]);
  return rows.map(([oid]) => String(oid));
}
