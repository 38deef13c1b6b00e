import { imageOf, type Logged } from './log-tables.js';
import { literal, quote, quoteTable } from './quote.js';

/**
 * Statements of PL/pgSQL that take `plus`, images of rows, out of a table and put `minus` in. All
 * go before any comes, so values that were swapped do not meet.
 */
export function undoOf(logged: Logged): string {
  const { table, key } = logged;
  const name = quoteTable(table);
  const rows = logged.partitioned ? name : `ONLY ${name}`;
  const image = `${imageOf(table, 't')} COLLATE "C"`;
  const written = table.columns.filter(({ generated }) => !generated).map((it) => quote(it.name));
  const same = (key ?? []).map((it) => `t.${quote(it)} = (i.image::${name}).${quote(it)} AND `);
  const gone = key
    ? `DELETE FROM ${rows} t USING pg_catalog.unnest(plus) i(image) WHERE ${same.join('')}${image} = i.image;`
    : `DELETE FROM ${rows} t USING (
         SELECT t.tableoid AS part, t.ctid AS place, i.n,
                pg_catalog.row_number() OVER (PARTITION BY i.image ORDER BY t.tableoid, t.ctid) AS k
         FROM ${rows} t JOIN (SELECT image, pg_catalog.count(*) AS n FROM pg_catalog.unnest(plus) u(image) GROUP BY image) i
           ON ${image} = i.image) f
       WHERE t.ctid = f.place AND t.tableoid = f.part AND f.k <= f.n;`;
  const keys = (key ?? []).map((it) => `(i.image::${name}).${quote(it)}`);
  const moved = key
    ? `SELECT pg_catalog.count(*) INTO moved FROM (
         SELECT DISTINCT ${keys.join(', ')} FROM pg_catalog.unnest(plus || minus) i(image)) x;`
    : 'moved := pg_catalog.cardinality(plus) + pg_catalog.cardinality(minus);';
  return `
    of_schema := ${literal(table.schema)};
    of_table := ${literal(table.name)};
    IF plus IS NOT NULL THEN
      ${gone}
      GET DIAGNOSTICS moved = ROW_COUNT;
      IF moved <> pg_catalog.cardinality(plus) THEN
        RAISE EXCEPTION USING ERRCODE = 'HF003', MESSAGE = ${literal(
          `rows of table ${table.schema}.${table.name} are not what they were after the last change that was seen`,
        )};
      END IF;
    END IF;
    IF minus IS NOT NULL THEN
      INSERT INTO ${name} (${written.join(', ')}) OVERRIDING SYSTEM VALUE
      SELECT ${written.map((it) => `(x.r).${it}`).join(', ')}
      FROM (SELECT i.image::${name} AS r FROM pg_catalog.unnest(minus) i(image) OFFSET 0) x;
      moved := pg_catalog.cardinality(minus);
    END IF;
    IF plus IS NOT NULL AND minus IS NOT NULL THEN ${moved} END IF;`;
}
