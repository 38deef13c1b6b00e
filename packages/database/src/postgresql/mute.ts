import { HfitError } from '@hot-fixture/errors';
import type { Session } from '../driver.js';
import { qualified, type Table } from '../model.js';
import { arrayLiteral } from './array.js';
import { quoteTable } from './quote.js';

/**
 * Switches the triggers and rules of users off, one by one, and nothing else: foreign keys go on
 * checking, and the change log goes on seeing what is written.
 * @returns statements that switch the same ones on again, each in the mode that it had
 * @throws HFIT_TRIGGERS_FIRE where the role does not own such a table
 */
export async function muteTriggers(
  session: Session,
  tables: readonly Table[],
): Promise<readonly string[]> {
  const found = await session.query(firing, [arrayLiteral(tables.map(quoteTable))]);
  const foreign = found.find(([, , , , owned]) => owned === 'f');
  if (foreign) {
    const table = tables[Number(foreign[0]) - 1] as Table;
    throw new HfitError('HFIT_TRIGGERS_FIRE', {
      table: qualified(table),
      reason: `${foreign[3]} can be switched off only by the owner of the table`,
    });
  }
  if (found.length === 0) return [];
  await session.run(found.map(([, table, it]) => `ALTER TABLE ${table} DISABLE ${it}`).join('; '));
  // A table with checks that wait for the end of the transaction cannot be altered.
  return [
    'SET CONSTRAINTS ALL IMMEDIATE',
    ...found.map(([, table, it, , , mode]) => `ALTER TABLE ${table} ENABLE ${mode}${it}`),
  ];
}

/** Those of partitions too, which may have some of their own; parents first, whose word reaches down. */
const firing = `
  WITH given AS (
    SELECT g.i, g.name::regclass AS oid, 0 AS level
    FROM unnest($1::text[]) WITH ORDINALITY g(name, i)
    UNION ALL
    SELECT g.i, p.relid, p.level
    FROM unnest($1::text[]) WITH ORDINALITY g(name, i), pg_partition_tree(g.name::regclass) p
    WHERE p.level > 0)
  SELECT g.i, format('%I.%I', n.nspname, c.relname), x.what, x.name,
         pg_has_role(c.relowner, 'USAGE'),
         CASE x.mode WHEN 'A' THEN 'ALWAYS ' WHEN 'R' THEN 'REPLICA ' ELSE '' END
  FROM given g
  JOIN pg_class c ON c.oid = g.oid
  JOIN pg_namespace n ON n.oid = c.relnamespace,
  LATERAL (
    SELECT format('TRIGGER %I', t.tgname), 'trigger ' || t.tgname, t.tgenabled
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'
      AND p.pronamespace IS DISTINCT FROM to_regnamespace('hfit')
    UNION ALL
    SELECT format('RULE %I', r.rulename), 'rule ' || r.rulename, r.ev_enabled
    FROM pg_rewrite r
    WHERE r.ev_class = c.oid AND r.ev_type <> '1' AND r.ev_enabled <> 'D') x(what, name, mode)
  ORDER BY g.i, g.level, 2, 3`;
