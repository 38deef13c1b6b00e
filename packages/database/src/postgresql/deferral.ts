import type { Reference } from '../dialect.js';
import type { Session } from '../driver.js';
import { arrayLiteral } from './array.js';
import { literal, quote, quoteTable } from './quote.js';

/**
 * A key that is not deferrable is made so for the length of the transaction: that takes the owner
 * of the table, and no privilege that a managed server would not give.
 */
export async function undeferrable(
  session: Session,
  references: readonly Reference[],
): Promise<readonly Reference[]> {
  const rigid = references.filter(isRigid);
  if (rigid.length === 0) return [];
  const owned = await session.query(
    `SELECT pg_has_role(c.relowner, 'USAGE') FROM unnest($1::text[]) WITH ORDINALITY g(name, i)
     JOIN pg_class c ON c.oid = g.name::regclass ORDER BY g.i`,
    [arrayLiteral(rigid.map(({ table }) => quoteTable(table)))],
  );
  return rigid.filter((_, i) => owned[i]?.[0] !== 't');
}

export function defer(references: readonly Reference[], isAgain = false): string[] {
  // `settle` has set all keys to be checked at once, also those that are made deferrable after it.
  if (isAgain && references.some(isRigid)) {
    return [...alter(references, 'DEFERRABLE INITIALLY DEFERRED'), 'SET CONSTRAINTS ALL DEFERRED'];
  }
  const names = references
    .filter((it) => !isRigid(it))
    .map(({ table, foreignKey }) => `${quote(table.schema)}.${quote(foreignKey.name)}`);
  return [
    ...alter(references, 'DEFERRABLE INITIALLY DEFERRED'),
    ...(names.length > 0 ? [`SET CONSTRAINTS ${names.join(', ')} DEFERRED`] : []),
  ];
}

/** All keys are checked here, while the load can still tell which table is wrong. */
export function settle(references: readonly Reference[]): string[] {
  return ['SET CONSTRAINTS ALL IMMEDIATE', ...alter(references, 'NOT DEFERRABLE')];
}

/** With all that the catalog says of them: names, comments, and what was never checked. */
export async function lift(session: Session, references: readonly Reference[]): Promise<string[]> {
  const again: string[] = [];
  for (const { table, foreignKey } of references) {
    const [on, name] = [quoteTable(table), quote(foreignKey.name)];
    const [row] = await session.query(
      `SELECT pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint') FROM pg_constraint
       WHERE conrelid = $1::regclass AND conname = $2 AND contype = 'f'`,
      [on, foreignKey.name],
    );
    const [definition, comment] = row as [string, string | null];
    await session.run(`ALTER TABLE ${on} DROP CONSTRAINT ${name}`);
    again.push(`ALTER TABLE ${on} ADD CONSTRAINT ${name} ${definition}`);
    if (comment !== null) {
      again.push(`COMMENT ON CONSTRAINT ${name} ON ${on} IS ${literal(comment)}`);
    }
  }
  return again;
}

function alter(references: readonly Reference[], how: string): string[] {
  return references.filter(isRigid).map(({ table, foreignKey }) => {
    return `ALTER TABLE ${quoteTable(table)} ALTER CONSTRAINT ${quote(foreignKey.name)} ${how}`;
  });
}

function isRigid({ foreignKey }: Reference): boolean {
  return foreignKey.deferrable === 'never';
}
