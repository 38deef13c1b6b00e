import type { Session } from '../../driver.js';
import type { Schema } from '../../model.js';
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
  const oids = await session.query('SELECT g.name::regclass::oid FROM unnest($1::text[]) g(name)', [
    arrayLiteral(tables.map(quoteTable)),
  ]);
  const rows = await session.query(definitionsSql, [
    arrayLiteral(oids.map(([oid]) => String(oid))),
  ]);
  return rows.map(([oid, name, definition]) => ({
    oid: oid as string,
    name: name as string,
    definition: definition as string,
  }));
}
