import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Dialect, RowUpdate } from '../dialect.js';
import type { Session } from '../driver.js';
import type { Column, Row, Table, Value } from '../model.js';
import { sameRow, sameValue, valueText } from './compare.js';
import { isTaken } from './explain.js';
import { type Identity, identityOf } from './identity.js';
import { quote } from './quote.js';
import { readSequences, writeSequences } from './sequences.js';
import { muteTriggers } from './triggers.js';

/**
 * SQL has no comparison to the bit (0.0 = -0.0, and 1 = 1.0), so rows are found by SQL and compared
 * here. SQLite runs in this process: one statement for each row costs little.
 */
export const edit: Pick<
  Dialect,
  'muteTriggers' | 'deleteRows' | 'updateRows' | 'readSequences' | 'writeSequences' | 'checksum'
> = {
  muteTriggers,

  async deleteRows(session, table, columns, key, rows) {
    const finder = finderOf(table, columns, key);
    let deleted = 0;
    for (const row of rows) {
      const found = await find(session, finder, row);
      if (!found) continue;
      await session.query(`DELETE FROM ${finder.table} WHERE ${finder.identified}`, found);
      deleted += 1;
    }
    return deleted;
  },

  async updateRows(session, table, columns, key, updates) {
    const finder = finderOf(table, columns, key);
    const found: Found[] = [];
    for (const { before, after } of updates) {
      const row = await find(session, finder, before);
      if (row) found.push({ before, after, identity: row });
    }
    await writeAll(session, finder, found);
    return found.length;
  },

  readSequences,
  writeSequences,

  /** The sum of the digests of all rows: no order is in it, and each row counts. */
  async checksum(session, table) {
    const columns = table.columns.filter(({ generated }) => !generated);
    const list = columns.map(({ name }) => quote(name)).join(', ');
    let sum = 0n;
    for await (const rows of session.stream(`SELECT ${list} FROM ${mainTable(table)}`, [], 1000)) {
      for (const row of rows) {
        const texts = row.map((value) => valueText(value));
        const digest = createHash('sha256').update(JSON.stringify(texts)).digest();
        sum += digest.readBigUInt64BE(0) + (digest.readBigUInt64BE(8) << 64n);
      }
    }
    return BigInt.asUintN(128, sum).toString(16);
  },
};

interface Finder {
  readonly table: string;
  readonly columns: readonly Column[];
  /** The places of the values to look for. */
  readonly places: readonly number[];
  readonly sql: string;
  readonly identity: Identity;
  readonly identified: string;
}

interface Found extends RowUpdate {
  readonly identity: Row;
}

function mainTable({ name }: Table): string {
  return `main.${quote(name)}`;
}

function finderOf(table: Table, columns: readonly Column[], key: readonly string[] | null): Finder {
  const sought = columns.map(({ name }) => name).filter((name) => key?.includes(name) ?? true);
  // Without any name for its row, a table has no key either: its whole rows are all there is.
  const identity = identityOf(table) ?? {
    names: columns.map(({ name }) => quote(name)),
    rowid: false,
  };
  const list = [...identity.names, ...columns.map(({ name }) => quote(name))];
  const where = sought.map((name) => `${quote(name)} IS ?`).join(' AND ');
  return {
    table: mainTable(table),
    columns,
    places: sought.map((name) => columns.findIndex((column) => column.name === name)),
    sql: `SELECT ${list.join(', ')} FROM ${mainTable(table)} WHERE ${where}`,
    identity,
    identified: identity.names.map((name) => `${name} IS ?`).join(' AND '),
  };
}

/** What identifies a row that is to the bit what is given. */
async function find(session: Session, finder: Finder, row: Row): Promise<Row | null> {
  const { sql, places, identity } = finder;
  const sought = places.map((place) => row[place] as Value);
  const found = await session.query(sql, sought);
  const same = found.find((it) => sameRow(it.slice(identity.names.length), row));
  return same?.slice(0, identity.names.length) ?? null;
}

/**
 * Writes updates in an order that keeps unique values unique: a row may wait for another to let go
 * of one. Where they wait for each other, one of them steps aside, with values that no row has.
 */
async function writeAll(session: Session, finder: Finder, updates: Found[]): Promise<void> {
  const aside = new Set<Found>();
  for (let left = updates; left.length > 0; ) {
    const refused: { update: Found; error: unknown }[] = [];
    for (const update of left) {
      try {
        await write(session, finder, update, update.after);
      } catch (error) {
        if (!isTaken(error)) throw error;
        refused.push({ update, error });
      }
    }
    if (refused.length === left.length) {
      const next = refused.find(({ update }) => !aside.has(update));
      if (!next) throw refused[0]?.error;
      aside.add(next.update);
      await write(session, finder, next.update, next.update.after.map(unheardOf));
    }
    left = refused.map(({ update }) => update);
  }
}

/** Writes the values that are not as they were. */
async function write(
  session: Session,
  finder: Finder,
  { before, after, identity }: Found,
  values: Row,
): Promise<void> {
  const places = after.flatMap((value, place) => (sameValue(value, before[place]) ? [] : [place]));
  if (places.length === 0) return;
  const set = places.map((place) => `${quote(finder.columns[place]?.name ?? '')} = ?`).join(', ');
  const sql = `UPDATE OR ABORT ${finder.table} SET ${set} WHERE ${finder.identified}`;
  await session.query(sql, [...places.map((place) => values[place] as Value), ...identity]);
}

/** Another value of the same storage class. */
function unheardOf(value: Value): Value {
  if (typeof value === 'string') return randomUUID();
  if (typeof value === 'bigint') return randomBytes(8).readBigInt64BE();
  if (typeof value === 'number') return Math.random();
  return value && randomBytes(16);
}
