import { literal } from '../quote.js';

/** Statements that make a constraint again, with its comment. */
const again = (it: string) => `
             format('ALTER TABLE %s ADD CONSTRAINT %I %s', ${it}.conrelid::regclass, ${it}.conname, pg_get_constraintdef(${it}.oid))
             || coalesce(format('; COMMENT ON CONSTRAINT %I ON %s IS %L', ${it}.conname, ${it}.conrelid::regclass, obj_description(${it}.oid, 'pg_constraint')), '')`;

/**
 * Drops the checks of tables that were never validated, which may refuse rows that were there before
 * them. It gives the statements that make them again, as unvalidated as they were. One that a table
 * has from its parent is dropped there; then its own of that name, if any, can be.
 */
export const unchecked = `
CREATE FUNCTION hfit.unchecked(tables oid[]) RETURNS text[] LANGUAGE plpgsql AS ${literal(`
DECLARE
  it record;
  back text[] := '{}';
BEGIN
  LOOP
    WITH RECURSIVE up AS (
      SELECT t.oid FROM unnest(tables) t(oid)
      UNION SELECT i.inhparent FROM up JOIN pg_inherits i ON i.inhrelid = up.oid)
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname) AS off, ${again('c')} AS again INTO it
    FROM up JOIN pg_constraint c ON c.conrelid = up.oid
    WHERE c.contype IN ('c', 'n') AND NOT c.convalidated AND c.coninhcount = 0 LIMIT 1;
    EXIT WHEN NOT FOUND;
    EXECUTE it.off;
    back := it.again || back;
  END LOOP;
  RETURN back;
END`)}`;

/**
 * The way of a role that may not let triggers and foreign keys rest by a setting, but owns the
 * tables. Triggers and rules of users are switched off one by one. Foreign keys wait for the end;
 * those that would do something to the rows of others, or not wait, are made anew at the end, which
 * reads their tables whole. It gives the statements that end it.
 */
export const ease = `
CREATE FUNCTION hfit.ease(tables oid[]) RETURNS text[] LANGUAGE plpgsql AS ${literal(`
DECLARE
  it record;
  back text[] := '{SET CONSTRAINTS ALL IMMEDIATE}';
BEGIN
  FOR it IN
    SELECT format('ALTER TABLE ONLY %s DISABLE TRIGGER %I', t.tgrelid::regclass, t.tgname) AS off,
           format('ALTER TABLE ONLY %s ENABLE %s TRIGGER %I', t.tgrelid::regclass,
             CASE t.tgenabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END, t.tgname) AS again
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid = ANY (tables) AND NOT t.tgisinternal AND t.tgenabled <> 'D'
      AND p.pronamespace <> 'hfit'::regnamespace
    UNION ALL
    SELECT format('ALTER TABLE %s DISABLE RULE %I', r.ev_class::regclass, r.rulename),
           format('ALTER TABLE %s ENABLE %s RULE %I', r.ev_class::regclass,
             CASE r.ev_enabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END, r.rulename)
    FROM pg_rewrite r WHERE r.ev_class = ANY (tables) AND r.ev_type <> '1' AND r.ev_enabled <> 'D'
    UNION ALL
    SELECT CASE WHEN x.acts THEN format('ALTER TABLE %s DROP CONSTRAINT %I', x.on, x.conname)
                ELSE format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY DEFERRED', x.on, x.conname) END,
           CASE WHEN x.acts THEN ${again('x')}
                ELSE format('ALTER TABLE %s ALTER CONSTRAINT %I %s', x.on, x.conname,
                  CASE WHEN x.condeferred THEN 'DEFERRABLE INITIALLY DEFERRED' WHEN x.condeferrable THEN 'DEFERRABLE' ELSE 'NOT DEFERRABLE' END) END
    FROM (SELECT c.oid, c.conname, c.condeferred, c.condeferrable, c.conrelid, c.conrelid::regclass AS on,
                 c.confrelid = ANY (tables) AND c.confdeltype <> 'a' OR NOT c.convalidated AS acts
          FROM pg_constraint c
          WHERE c.contype = 'f' AND c.conparentid = 0 AND (c.conrelid = ANY (tables) OR c.confrelid = ANY (tables))) x
  LOOP
    EXECUTE it.off;
    back := back || it.again;
  END LOOP;
  RETURN back || hfit.unchecked(tables);
END`)}`;
