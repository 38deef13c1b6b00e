import type { Sequence } from '../../model.js';
import { literal, quoteTable } from '../quote.js';
import { definitionsTable } from './definitions.js';
import { ease, unchecked } from './ease.js';
import { factsFunction, factsTable, keep } from './facts.js';
import { type Made, shape, states } from './shape.js';
import type { Logged } from './tables.js';
import { truncationFunctions, truncations } from './truncate.js';
import { undoOf } from './undo.js';

/** Tables of the log. Without WAL; that a crash has emptied them is told by the mark that it lacks. */
export const storage = `
CREATE TABLE hfit.installed (version int, shape bigint, schema text, whole boolean, types text);
CREATE UNLOGGED TABLE hfit.log (at bigint NOT NULL, rel int NOT NULL, sign int NOT NULL, image text COLLATE "C" NOT NULL);
CREATE INDEX log_at_index ON hfit.log (at);
CREATE SEQUENCE hfit.log_at;
CREATE TABLE hfit.relations (rel int, oid oid, image text, by_path boolean);
CREATE UNLOGGED TABLE hfit.net (part bigint NOT NULL, rel int NOT NULL, sign int NOT NULL, image text COLLATE "C" NOT NULL);
CREATE INDEX net_part_index ON hfit.net (part);
CREATE UNLOGGED TABLE hfit.checkpoints (
  name text COLLATE "C" PRIMARY KEY, place bigint NOT NULL, log_at bigint NOT NULL, at timestamptz NOT NULL,
  lasts bigint[] NOT NULL, called boolean[] NOT NULL);
CREATE SEQUENCE hfit.place;
${factsTable};
${definitionsTable};
${truncations};
INSERT INTO hfit.log VALUES (0, 0, 0, '');
SELECT pg_catalog.nextval('hfit.log_at')`;

/** How many images of rows, and how many bytes of them, are worked on at a time: an array holds 1 GB. */
const portion = 100_000;
const portionBytes = 64 * 1024 ** 2;

/**
 * The functions of the log for these tables. Their statements are fixed, so that a session plans
 * each of them once.
 */
export function functions(made: Made): string {
  const { tables, sequences, sequenceOids, types } = made;
  return [
    shape(made),
    factsFunction(
      sequenceOids,
      types.map(({ oid }) => oid),
    ),
    keep,
    states(made),
    ...truncationFunctions,
    enter(made),
    ease,
    unchecked,
    checkpoint,
    rewind(tables, sequences),
  ].join(';\n');
}

/**
 * Waits until all who wrote have ended, and sees that the log holds all. Errors: HF001 no such
 * checkpoint, HF002 the shape is another one, HF003 the log was passed by.
 */
const enter = ({ unsure }: Made) => `
CREATE FUNCTION hfit.enter(wanted text, patience int) RETURNS hfit.checkpoints LANGUAGE plpgsql AS ${literal(`
DECLARE
  c hfit.checkpoints;
  seen record;
  now record;
  -- An assignment costs less than PERFORM, which is a query.
  waits text := set_config('lock_timeout', patience::text, true);
BEGIN
  LOCK TABLE hfit.log IN SHARE ROW EXCLUSIVE MODE;
  -- Who holds rows may need the log to go on, so it is not kept from him for long; we try again.
  waits := set_config('lock_timeout', least(patience, 100)::text, true);
  SELECT k AS checkpoint, EXISTS (SELECT FROM hfit.truncations) AS truncated, ${unsure} AS unsure INTO seen
  FROM (SELECT) x LEFT JOIN hfit.checkpoints k ON k.name = wanted;
  c := seen.checkpoint;
  IF c.name IS NULL THEN
    IF NOT EXISTS (SELECT FROM hfit.log l WHERE l.at = 0) THEN
      RAISE EXCEPTION USING ERRCODE = 'HF003', MESSAGE = 'the server has stopped without warning, and what the log held was lost';
    END IF;
    IF wanted IS NOT NULL THEN RAISE EXCEPTION USING ERRCODE = 'HF001', MESSAGE = 'unknown checkpoint'; END IF;
  END IF;
  IF seen.truncated THEN
    PERFORM hfit.settle();
    IF EXISTS (SELECT FROM hfit.truncations t WHERE t.at > c.log_at) THEN
      RAISE EXCEPTION USING ERRCODE = 'HF003', MESSAGE = 'a transaction of REPEATABLE READ or SERIALIZABLE has truncated a table that others had changed since it began';
    END IF;
  END IF;
  IF NOT seen.unsure THEN RETURN c; END IF;
  -- As long as others run that began before it, one more may have defined something untold.
  DELETE FROM hfit.definitions d WHERE d.writer < pg_snapshot_xmin(pg_current_snapshot());
  SELECT s.shape, s.guarded, i.shape AS kept INTO now FROM hfit.shape() s, hfit.installed i;
  IF now.shape <> now.kept THEN
    RAISE EXCEPTION USING ERRCODE = 'HF002', MESSAGE = 'schema changed', DETAIL = now.shape::text;
  END IF;
  IF NOT now.guarded THEN
    RAISE EXCEPTION USING ERRCODE = 'HF003', MESSAGE = 'its triggers were switched off, or dropped';
  END IF;
  RETURN c;
END`)}`;

const checkpoint = `
CREATE FUNCTION hfit.checkpoint(wanted text, patience int) RETURNS void LANGUAGE plpgsql AS ${literal(`
BEGIN
  PERFORM hfit.enter(NULL, patience);
  DELETE FROM hfit.checkpoints k WHERE k.name = wanted;
  INSERT INTO hfit.checkpoints
  SELECT wanted, nextval('hfit.place'), p.last_value, clock_timestamp(), s.lasts, s.called
  FROM hfit.log_at p, hfit.sequences() s;
  DELETE FROM hfit.log l WHERE l.at > 0 AND l.at <= (SELECT min(k.log_at) FROM hfit.checkpoints k);
  DELETE FROM hfit.truncations t WHERE t.at <= (SELECT min(k.log_at) FROM hfit.checkpoints k);
END`)}`;

function rewind(tables: readonly Logged[], sequences: readonly Sequence[]): string {
  const oids = sequences.map((it) => literal(quoteTable(it)));
  const undo = tables.length > 0 ? undoAny(tables) : 'NULL;';
  return `
CREATE FUNCTION hfit.rewind(wanted text, patience int) RETURNS TABLE (of_schema text, of_table text, rows bigint) LANGUAGE plpgsql AS ${literal(`
#variable_conflict use_column
DECLARE
  c hfit.checkpoints;
  s record;
  rel int;
  portions bigint;
  much boolean;
  checks text[];
  statement text;
  path text := current_setting('search_path');
  plus text[];
  minus text[];
  setting text;
  moved bigint;
  -- How many rows are there before and after, with another content.
  same bigint;
  resting boolean := current_setting('session_replication_role') = 'replica';
  back text[];
  seen pg_snapshot := pg_current_snapshot();
  -- What changes rows, tables or triggers has a number; nobody is at it, and none was given out since.
  calm text := CASE WHEN pg_snapshot_xmin(seen) = pg_snapshot_xmax(seen) THEN wanted || ' ' || pg_snapshot_xmax(seen) END;
BEGIN
  IF calm = current_setting('hfit.calm', true) THEN
    SELECT * INTO c FROM hfit.checkpoints k WHERE k.name = wanted;
    s := hfit.sequences();
    IF s.lasts = c.lasts AND s.called = c.called THEN RETURN; END IF;
  END IF;
  c := hfit.enter(wanted, patience);
  setting := set_config('hfit.rewinding', 'yes', true);
  IF NOT resting THEN
    back := hfit.ease(ARRAY(
      SELECT r.oid FROM hfit.relations r WHERE r.rel IN (SELECT l.rel FROM hfit.log l WHERE l.at > c.log_at)));
  END IF;
  SELECT greatest(count(*) / ${portion}, coalesce(sum(octet_length(l.image)), 0) / ${portionBytes}) + 1
    INTO portions FROM hfit.log l WHERE l.at > c.log_at;
  much := portions > 1;
  IF much THEN
    INSERT INTO hfit.net
    SELECT greatest(count(*) OVER w / ${portion}, sum(octet_length(x.image)) OVER w / ${portionBytes}), x.rel, sign(x.n), x.image
    FROM (SELECT l.rel, l.image, sum(l.sign) AS n FROM hfit.log l WHERE l.at > c.log_at
          GROUP BY l.rel, l.image HAVING sum(l.sign) <> 0) x,
         generate_series(1, abs(x.n))
    WINDOW w AS (ROWS UNBOUNDED PRECEDING);
    SELECT coalesce(max(m.part), 0) + 1 INTO portions FROM hfit.net m;
  END IF;
  FOR pass IN 1 .. CASE WHEN much THEN 2 ELSE 1 END LOOP
  FOR portion IN 0 .. portions - 1 LOOP
  FOR rel, plus, minus IN
    SELECT x.rel, array_agg(x.image) FILTER (WHERE x.n > 0), array_agg(x.image) FILTER (WHERE x.n < 0)
    FROM (SELECT l.rel, l.image, sum(l.sign) AS n FROM hfit.log l
          WHERE NOT much AND l.at > c.log_at
          GROUP BY l.rel, l.image HAVING sum(l.sign) <> 0) x,
         generate_series(1, abs(x.n))
    GROUP BY x.rel
    UNION ALL
    SELECT m.rel, array_agg(m.image) FILTER (WHERE pass = 1), array_agg(m.image) FILTER (WHERE pass = 2)
    FROM hfit.net m WHERE much AND m.part = portion AND m.sign = 3 - 2 * pass
    GROUP BY m.rel
  LOOP
    ${undo}
    rows := moved;
    RETURN NEXT;
  END LOOP;
  END LOOP;
  END LOOP;
  IF much THEN TRUNCATE hfit.net; END IF;
  IF NOT resting THEN
    FOR portion IN 1 .. cardinality(back) LOOP
      EXECUTE back[portion];
    END LOOP;
  END IF;
  IF NOT resting OR checks IS NOT NULL THEN PERFORM hfit.keep(); END IF;
  DELETE FROM hfit.checkpoints k WHERE k.place > c.place;
  DELETE FROM hfit.log l WHERE l.at > c.log_at;
  IF FOUND THEN
    UPDATE hfit.checkpoints k SET log_at = (SELECT p.last_value FROM hfit.log_at p) WHERE k.place = c.place;
  END IF;
  s := hfit.sequences();
  IF s.lasts <> c.lasts OR s.called <> c.called THEN
    SELECT NULL, NULL, count(setval(u.name, u.last, u.called)) INTO of_schema, of_table, rows
    FROM unnest(ARRAY[${oids.join(', ')}]::regclass[], c.lasts, c.called, s.lasts, s.called) u(name, last, called, last_now, called_now)
    WHERE u.last <> u.last_now OR u.called <> u.called_now;
    RETURN NEXT;
  END IF;
  IF calm IS NOT NULL THEN setting := set_config('hfit.calm', calm, false); END IF;
END`)}`;
}

/** Halves the tables again and again: a server asks one WHEN of a CASE after the other. */
function undoAny(tables: readonly Logged[]): string {
  const half = tables.length >> 1;
  const [first, last] = [tables.slice(0, half), tables.slice(half)];
  if (first.length === 0) return undoOf(last[0] as Logged);
  return `IF rel < ${last[0]?.number} THEN ${undoAny(first)} ELSE ${undoAny(last)} END IF;`;
}
