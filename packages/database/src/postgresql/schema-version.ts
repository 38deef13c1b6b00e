import type { Session } from '../driver.js';
import { firstOfUsers } from './catalog-columns.js';

/** Rows of a catalog, each with the transaction that wrote it last. */
const rowsOf = (catalog: string, columns: readonly string[], order: string, where: string) => `
  SELECT '${catalog} ' || string_agg(concat_ws(' ', ${columns.map((it) => `x.${it}`).join(', ')}, x.xmin), ',' ORDER BY ${order})
  FROM ${catalog} x WHERE ${where}`;

const lasting = (oid: string) => `x.${oid} IN (SELECT oid FROM lasting)`;
const notTemporary = (schema: string) =>
  `${ofUsers('oid')} AND x.${schema} NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_t')`;
const ofUsers = (oid: string) => `x.${oid} >= ${firstOfUsers}`;

/**
 * What `introspect` reads, but for temporary tables, which come and go. Defaults, ranges and
 * collations never change without a row that is here.
 */
const versionSql = `
  WITH lasting AS MATERIALIZED (
    SELECT oid, xmin, relrowsecurity AND row_security_active(oid) AS hidden FROM pg_class x
    WHERE ${ofUsers('oid')} AND relpersistence <> 't')
  SELECT md5(string_agg(v, ';' ORDER BY v)) FROM (${[
    rowsOf('lasting', ['oid', 'hidden'], 'oid', 'true'),
    rowsOf(
      'pg_attribute',
      ['attrelid', 'attnum'],
      'attrelid, attnum',
      `attnum > 0 AND ${lasting('attrelid')}`,
    ),
    rowsOf('pg_constraint', ['oid'], 'oid', notTemporary('connamespace')),
    rowsOf('pg_index', ['indexrelid', 'indisvalid'], 'indexrelid', lasting('indrelid')),
    rowsOf('pg_inherits', ['inhrelid', 'inhparent'], 'inhrelid, inhparent', 'true'),
    rowsOf('pg_sequence', ['seqrelid'], 'seqrelid', lasting('seqrelid')),
    rowsOf('pg_type', ['oid'], 'oid', notTemporary('typnamespace')),
    rowsOf('pg_enum', ['oid'], 'oid', ofUsers('oid')),
    rowsOf('pg_namespace', ['oid'], 'oid', `nspname !~ '^pg_t'`),
    rowsOf(
      'pg_depend',
      ['objid', 'refobjid', 'refobjsubid'],
      'objid, refobjid, refobjsubid',
      `classid = 'pg_class'::regclass AND deptype IN ('a', 'e', 'i') AND ${lasting('objid')}`,
    ),
  ].join('\n  UNION ALL')}) AS catalogs(v)`;

/** A digest of which transaction wrote each row of the catalogs: a change of the schema changes it. */
export async function schemaVersion(session: Session): Promise<string> {
  const [row] = await session.query(versionSql);
  return row?.[0] as string;
}
