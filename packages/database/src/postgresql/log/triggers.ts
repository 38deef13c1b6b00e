import type { Table, ValueKind } from '../../model.js';
import { literal } from '../quote.js';
import { imageOf, type Logged, type Relation } from './tables.js';

/** Next number of a statement; all its rows share it. */
const next = `(SELECT pg_catalog.nextval('hfit.log_at'))`;

/**
 * Statements that log every write to a table: +1 for each row that is there afterwards, -1 for each
 * that was there before. Only the sum for each row counts, so the order in which triggers fire is
 * all the same. ALWAYS, because a restore or a framework may switch ordinary triggers off.
 */
export function triggersOf(logged: Logged): string[] {
  return logged.relations.flatMap((relation) => {
    const name = `hfit.note_${relation.oid}`;
    const events = relation.byRow ? rowEvents : statementEvents;
    return [
      `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER ${settings(logged.table)}` +
        ` AS ${literal(body(logged, relation))}`,
      ...Object.entries({
        ...events,
        hfit_truncate: 'BEFORE TRUNCATE ON % FOR EACH STATEMENT',
      }).map(
        ([trigger, when]) =>
          `CREATE TRIGGER ${trigger} ${when.replace('%', () => relation.name)} ${unlessRewinding} EXECUTE FUNCTION ${name}()`,
      ),
      ...[...Object.keys(events), 'hfit_truncate'].map(
        (trigger) => `ALTER TABLE ONLY ${relation.name} ENABLE ALWAYS TRIGGER ${trigger}`,
      ),
    ];
  });
}

/** A rewind puts back what the log has told; its own writes are not to be told again. */
const unlessRewinding = `WHEN (pg_catalog.current_setting('hfit.rewinding', true) IS DISTINCT FROM 'yes')`;

const statementEvents = {
  hfit_insert: 'AFTER INSERT ON % REFERENCING NEW TABLE AS hfit_new FOR EACH STATEMENT',
  hfit_update:
    'AFTER UPDATE ON % REFERENCING OLD TABLE AS hfit_old NEW TABLE AS hfit_new FOR EACH STATEMENT',
  hfit_delete: 'AFTER DELETE ON % REFERENCING OLD TABLE AS hfit_old FOR EACH STATEMENT',
};

const rowEvents = { hfit_row: 'AFTER INSERT OR UPDATE OR DELETE ON % FOR EACH ROW' };

function body({ number, table, partitioned }: Logged, relation: Relation): string {
  const log = (rows: string) =>
    `INSERT INTO hfit.log (at, rel, sign, image) SELECT ${next}, ${number}, x.sign, x.image FROM (${rows}) x;`;
  const set = (sign: number, alias: string, from: string) =>
    `SELECT ${sign} AS sign, ${imageOf(table, alias)} AS image${from}`;
  const [before, after] = relation.byRow
    ? [set(-1, 'OLD', ''), set(1, 'NEW', '')]
    : [set(-1, 'o', ' FROM hfit_old o'), set(1, 'n', ' FROM hfit_new n')];
  return `BEGIN
  IF TG_OP = 'INSERT' THEN ${log(after)}
  ELSIF TG_OP = 'UPDATE' THEN ${log(`${before} UNION ALL ${after}`)}
  ELSIF TG_OP = 'DELETE' THEN ${log(before)}
  ELSE
    IF pg_catalog.current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
      PERFORM hfit.truncated(${number}, TG_RELID, ${partitioned});
    END IF;
    ${log(set(-1, 't', ` FROM ONLY ${relation.name} t`))}
  END IF;
  RETURN NULL;
END`;
}

const all = {
  datestyle: 'ISO, YMD',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '3',
  lc_monetary: 'C',
};

/** What the text of a value depends on; each costs the writer a little, so only where needed. */
const byKind: Readonly<Record<ValueKind, readonly (keyof typeof all)[]>> = {
  text: [],
  integer: [],
  decimal: [],
  boolean: [],
  uuid: [],
  enum: [],
  json: [],
  time: [],
  date: ['datestyle'],
  timestamp: ['datestyle', 'timezone'],
  float: ['extra_float_digits'],
  binary: ['bytea_output'],
  array: Object.keys(all) as (keyof typeof all)[],
  other: Object.keys(all) as (keyof typeof all)[],
};

function settings(table: Table): string {
  const names = new Set(table.columns.flatMap(({ kind }) => byKind[kind]));
  return [
    `SET search_path = ''`,
    ...[...names].map((it) => `SET ${it} = ${literal(all[it])}`),
  ].join(' ');
}

/** The same for a session of the log, which compares and reads what the triggers wrote. */
export const imageSettings: readonly string[] = [
  ...Object.entries(all).map(([name, value]) => `${name} = ${literal(value)}`),
  'xmloption = content',
];
