import { literal } from '../quote.js';

/** What is still to be found out about tables that were emptied; see `truncated`. */
export const truncations = `
CREATE UNLOGGED TABLE hfit.truncations (
  at bigint NOT NULL, rel int NOT NULL, relation oid NOT NULL, part boolean NOT NULL, writer xid8 NOT NULL,
  epoch text, seen bigint[] NOT NULL)`;

/** Another one whenever lines were taken out of the log: by a checkpoint, or by a rewind. */
const epoch = `(SELECT coalesce(string_agg(k.place || ' ' || k.log_at, ',' ORDER BY k.place), '') FROM hfit.checkpoints k)`;

/**
 * Called before TRUNCATE by a transaction whose snapshot may be older than the rows: it logs those
 * that it sees. What others have written since is in the log, under numbers that it does not see, so
 * it keeps those that it sees. Their lines cannot help where another has emptied or rewritten the
 * table since, which its file tells: then there is no epoch. A second time, all rows are its own.
 */
const truncated = `
CREATE FUNCTION hfit.truncated(number int, truncated oid, is_part boolean) RETURNS void LANGUAGE plpgsql AS ${literal(`
BEGIN
  -- A table of partitions has no rows of its own.
  IF pg_catalog.pg_relation_filenode(truncated::regclass) IS NULL
     OR EXISTS (SELECT FROM hfit.truncations t WHERE t.relation = truncated AND t.writer = pg_catalog.pg_current_xact_id()) THEN
    RETURN;
  END IF;
  INSERT INTO hfit.truncations
  SELECT pg_catalog.nextval('hfit.log_at'), number, truncated, is_part, pg_catalog.pg_current_xact_id(),
         CASE WHEN (SELECT c.relfilenode FROM pg_catalog.pg_class c WHERE c.oid = truncated)
                   = pg_catalog.pg_relation_filenode(truncated::regclass) THEN ${epoch} END,
         ARRAY(SELECT l.at FROM hfit.log l WHERE l.rel = number
               UNION SELECT t.at FROM hfit.truncations t WHERE t.rel = number);
END`)}`;

const unseen =
  'l.rel = t.rel AND l.at < t.at AND NOT EXISTS (SELECT FROM unnest(t.seen) s(at) WHERE s.at = l.at)';

/**
 * Adds to the log what such a transaction did not see: all that was written to the table until it was
 * emptied, taken back. Those that cannot be known stay, without an epoch: no checkpoint before them
 * can be gone back to. Of partitions the log does not tell which one a row was in.
 */
const settle = `
CREATE FUNCTION hfit.settle() RETURNS void LANGUAGE plpgsql AS ${literal(`
DECLARE
  t hfit.truncations;
  now text := ${epoch};
BEGIN
  FOR t IN SELECT x.* FROM hfit.truncations x WHERE x.epoch IS NOT NULL ORDER BY x.at LOOP
    IF t.epoch <> now OR t.part AND EXISTS (SELECT FROM hfit.log l WHERE ${unseen}) THEN
      UPDATE hfit.truncations x SET epoch = NULL WHERE x.at = t.at;
      CONTINUE;
    END IF;
    INSERT INTO hfit.log (at, rel, sign, image)
    SELECT t.at, t.rel, -sum(l.sign), l.image FROM hfit.log l WHERE ${unseen}
    GROUP BY l.image HAVING sum(l.sign) <> 0;
    DELETE FROM hfit.truncations x WHERE x.at = t.at;
  END LOOP;
END`)}`;

export const truncationFunctions: readonly string[] = [truncated, settle];
