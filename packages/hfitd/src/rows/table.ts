import type { Schema, Snapshot, Table } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { type MaskedRows, maskedRows } from '@hot-fixture/extract';
import type { Policy } from '@hot-fixture/masking';
import type { Rights } from '../access/rights.js';
import { readSchemas } from '../http/tables.js';
import type { Sources } from '../sources.js';

/** A table as it stands in a path. */
export interface TablePath {
  readonly dbms: string;
  readonly db: string;
  readonly table: string;
}

/** A table of a source that somebody may see, at one moment. Close it: it holds a connection. */
export interface OpenTable {
  /** The source under its own name. */
  readonly source: string;
  readonly policy: Policy;
  readonly snapshot: Snapshot;
  readonly schema: Schema;
  readonly table: Table;
  rows(maskingKey: Uint8Array): MaskedRows;
  close(): Promise<void>;
}

/**
 * Finds a table. What the rights do not show is passed over before anything is looked for, so it
 * answers like what is not there.
 * @throws HFIT_SOURCE_UNKNOWN, HFIT_DB_UNKNOWN, HFIT_TABLE_UNKNOWN, HFIT_DATABASE_…
 */
export async function openTable(
  sources: Sources,
  { dbms, db, table: name }: TablePath,
  rights: Rights,
  daemonPolicy: Policy,
  signal: AbortSignal,
): Promise<OpenTable> {
  const {
    name: source,
    database,
    limits,
  } = sources.find(dbms, (it) => rights.maySee({ source: it }));
  const snapshot = await database.snapshot({ signal, limits });
  try {
    const schema = await schemaOf(snapshot, source, dbms, db, rights);
    const table = tableNamed(schema.tables, name);
    if (!table) {
      const tables = schema.tables.map((it) => it.name);
      throw new HfitError('HFIT_TABLE_UNKNOWN', {
        table: name,
        database: `${source}/${db}`,
        tables: `${tables.slice(0, 20).join(', ') || 'none'}${tables.length > 20 ? ', …' : ''}`,
      });
    }
    const policy = rights.policyOf(daemonPolicy);
    const whole = schema.whole;
    return {
      ...{ source, policy, snapshot, schema: whole, table },
      rows: (maskingKey) => {
        rights.assertOpen({ source, database: db, table: table.name });
        return maskedRows({ source, database, snapshot, schema: whole, table, policy, maskingKey });
      },
      close: () => snapshot.close(),
    };
  } catch (error) {
    await snapshot.close();
    throw error;
  }
}

/** The tables of one schema that may be seen, and all that the source has around them. */
async function schemaOf(
  snapshot: Snapshot,
  source: string,
  dbms: string,
  db: string,
  rights: Rights,
): Promise<{ whole: Schema; tables: readonly Table[] }> {
  const wanted = (await readSchemas(snapshot)).get(db);
  if (wanted === undefined || !rights.maySee({ source, database: db })) {
    throw new HfitError('HFIT_DB_UNKNOWN', { dbms, db });
  }
  const usual = await snapshot.schema();
  const isHere = (it: Table) =>
    it.schema === wanted || (it.schema === '' && usual.database === wanted);
  const whole = usual.tables.some(isHere) ? usual : await snapshot.schema([wanted]);
  const isSeen = (it: Table) => rights.maySee({ source, database: db, table: it.name });
  return { whole, tables: whole.tables.filter((it) => isHere(it) && isSeen(it)) };
}

/** In another case only where one table alone would fit. */
function tableNamed(tables: readonly Table[], name: string): Table | undefined {
  const exact = tables.find((it) => it.name === name);
  const folded = tables.filter((it) => it.name.toLowerCase() === name.toLowerCase());
  return exact ?? (folded.length === 1 ? folded[0] : undefined);
}
