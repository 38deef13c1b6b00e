import { type ForeignKey, qualified } from '../../model.js';
import { literal, quote, quoteTable } from '../quote.js';
import { imageOf, type Logged } from './tables.js';

/** Up to how many rows are compared each with each. */
const few = 50;

/**
 * Statements of PL/pgSQL that take `plus`, images of rows, out of a table and put `minus` in. All
 * go before any comes, so values that were swapped do not meet.
 */
export function undoOf(logged: Logged): string {
  const { table, key } = logged;
  const name = quoteTable(table);
  const image = logged.image;
  const rows = logged.partitioned ? name : `ONLY ${name}`;
  const written = table.columns.filter(({ generated }) => !generated).map((it) => quote(it.name));
  const find = (key ?? []).map((it) => `u.${quote(it)} = (i.image::${image}).${quote(it)}`);
  // The lateral keeps the planner from reading the whole table instead of its index.
  const found = key
    ? `SELECT f.part, f.place FROM pg_catalog.unnest(plus) i(image), LATERAL (
         SELECT u.tableoid AS part, u.ctid AS place FROM ${rows} u
         WHERE ${[...find, `${imageOf(table, 'u')} COLLATE "C" = i.image`].join(' AND ')} OFFSET 0) f`
    : `SELECT f.part, f.place FROM (
         SELECT u.tableoid AS part, u.ctid AS place, i.n,
                pg_catalog.row_number() OVER (PARTITION BY i.image ORDER BY u.tableoid, u.ctid) AS k
         FROM ${rows} u
         JOIN (SELECT image, pg_catalog.count(*) AS n FROM pg_catalog.unnest(plus) p(image) GROUP BY image) i
           ON ${imageOf(table, 'u')} COLLATE "C" = i.image) f
       WHERE f.k <= f.n`;
  const gone = `DELETE FROM ${rows} t USING (${found}) f WHERE t.ctid = f.place AND t.tableoid = f.part;`;
  const keys = (key ?? []).map((it) => `(i.image::${image}).${quote(it)}`);
  const distinct = key
    ? `SELECT pg_catalog.count(*) INTO moved FROM (
         SELECT DISTINCT ${keys.join(', ')} FROM pg_catalog.unnest(plus || minus) i(image)) x;`
    : 'moved := pg_catalog.cardinality(plus) + pg_catalog.cardinality(minus);';
  const sameKey = (a: string, b: string) =>
    (key ?? []).map((it) => `${a}.${quote(it)} = ${b}.${quote(it)}`).join(' AND ');
  const set = table.columns.filter((it) => !it.generated && it.identity !== 'always');
  const fixed = table.columns.filter((it) => it.identity === 'always');
  const changesBack =
    logged.changesBack && key && set.length > 0 && fixed.every(({ name }) => key.includes(name));
  // In its place, a row needs no new entries in indexes, and no table grows by it.
  const change = !changesBack
    ? ''
    : `IF pg_catalog.cardinality(plus) <= ${few} AND pg_catalog.cardinality(minus) <= ${few} THEN
        UPDATE ${rows} t SET ${set.map((it) => `${quote(it.name)} = (f.r).${quote(it.name)}`).join(', ')}
        FROM (SELECT m.r, f.place
              FROM (SELECT i.image, i.image::${image} AS r FROM pg_catalog.unnest(plus) i(image) OFFSET 0) p
              JOIN (SELECT i.image::${image} AS r FROM pg_catalog.unnest(minus) i(image) OFFSET 0) m ON ${sameKey('(m.r)', '(p.r)')},
              LATERAL (SELECT u.ctid AS place FROM ${rows} u
                       WHERE ${sameKey('u', '(p.r)')} AND ${imageOf(table, 'u')} COLLATE "C" = p.image OFFSET 0) f) f
        WHERE t.ctid = f.place;
        GET DIAGNOSTICS same = ROW_COUNT;
      END IF;`;
  const moved = !changesBack
    ? distinct
    : `IF same IS NULL THEN ${distinct} ELSE moved := pg_catalog.cardinality(plus) + pg_catalog.cardinality(minus) - same; END IF;`;
  const more = (images: string) =>
    changesBack ? `same IS DISTINCT FROM pg_catalog.cardinality(${images})` : 'true';
  const unlessSame = !changesBack
    ? ''
    : `WHERE coalesce(same, 0) = 0 OR NOT EXISTS (SELECT FROM ${rows} u WHERE ${sameKey('u', '(x.r)')} OFFSET 0)`;
  // Triggers and rules of users that are not kept from firing by the role of the session.
  const alter = (how: 'DISABLE' | 'ENABLE') =>
    logged.stubborn
      .map(({ on, what, mode }) => {
        const words = how === 'ENABLE' ? `ENABLE ${mode}` : how;
        return `ALTER TABLE ONLY ${on} ${words} ${what};`;
      })
      .join(' ');
  const stubborn = (how: 'DISABLE' | 'ENABLE') =>
    logged.stubborn.length === 0 ? '' : `IF resting THEN ${alter(how)} END IF;`;
  const come = `INSERT INTO ${name} ${written.length > 0 ? `(${written.join(', ')})` : ''} OVERRIDING SYSTEM VALUE
      SELECT ${written.map((it) => `(x.r).${it}`).join(', ')}
      FROM (SELECT i.image::${image} AS r FROM pg_catalog.unnest(minus) i(image) OFFSET 0) x
      ${unlessSame};`;
  // The check that refuses a row of the checkpoint is one that did not when it was made.
  const insert = !logged.unvalidated
    ? come
    : `BEGIN
        ${come}
      EXCEPTION WHEN check_violation OR not_null_violation THEN
        checks := hfit.unchecked(ARRAY(SELECT r.oid FROM hfit.relations r WHERE r.rel = ${logged.number}));
        ${come}
        FOREACH statement IN ARRAY checks LOOP EXECUTE statement; END LOOP;
      END;`;
  // Keys rest, and nobody keeps a log of what these point to.
  const stillThere = ({ columns, target, targetColumns, name: keyName }: ForeignKey) => `
      IF resting AND EXISTS (
        SELECT FROM (SELECT i.image::${image} AS r FROM pg_catalog.unnest(minus) i(image) OFFSET 0) x
        WHERE ${columns.map((it) => `(x.r).${quote(it)} IS NOT NULL`).join(' AND ')}
          AND NOT EXISTS (SELECT FROM ${quoteTable(target)} p WHERE ${columns
            .map((it, i) => `p.${quote(targetColumns[i] as string)} = (x.r).${quote(it)}`)
            .join(' AND ')})) THEN
        RAISE EXCEPTION USING ERRCODE = '23503', MESSAGE = ${literal(
          `rows of table ${qualified(table)} pointed to rows of ${qualified(target)} that are gone, constraint ${keyName}`,
        )};
      END IF;`;
  const path = (to: '' | 'path') =>
    logged.byPath ? `setting := pg_catalog.set_config('search_path', ${to || `''`}, true);` : '';
  const bypassed = literal(
    `rows of table ${table.schema}.${table.name} are not what they were after the last change that was seen`,
  );
  // A row that was there already, by its key, and that nobody has told.
  const complete = !changesBack
    ? ''
    : `GET DIAGNOSTICS moved = ROW_COUNT;
        IF moved + coalesce(same, 0) <> pg_catalog.cardinality(minus) THEN
          RAISE EXCEPTION USING ERRCODE = 'HF003', MESSAGE = ${bypassed};
        END IF;`;
  return `
    ${stubborn('DISABLE')}
    of_schema := ${literal(table.schema)};
    of_table := ${literal(table.name)};
    same := NULL;
    ${change}
    IF plus IS NOT NULL AND ${more('plus')} THEN
      ${path('')}
      ${gone}
      GET DIAGNOSTICS moved = ROW_COUNT;
      ${path('path')}
      IF moved + coalesce(same, 0) <> pg_catalog.cardinality(plus) THEN
        RAISE EXCEPTION USING ERRCODE = 'HF003', MESSAGE = ${bypassed};
      END IF;
    END IF;
    IF minus IS NOT NULL THEN
      IF ${more('minus')} THEN
        ${insert}
        ${complete}
      END IF;
      ${logged.outward.map(stillThere).join('\n')}
      moved := pg_catalog.cardinality(minus);
    END IF;
    IF plus IS NOT NULL AND minus IS NOT NULL THEN ${moved} END IF;
    ${stubborn('ENABLE')}`;
}
