import {
  type Column,
  findColumn,
  qualified,
  resolveTable,
  type Schema,
  type Table,
  type TableName,
} from '@hot-fixture/database';
import type { ResolvedRules } from './resolve.js';
import type { CompareRules } from './rules.js';

/** One column of one table. */
export interface Place {
  readonly table: Table;
  readonly column: string;
}

/** A generated column, and all columns that point to it, straight or through others. */
export interface Domain {
  readonly origin: Place;
  readonly places: readonly Place[];
  /** No two rows of its table have the same generated value. */
  readonly isUnique: boolean;
}

/** Which columns hold generated keys that may have other numbers. */
export class Domains {
  readonly all: readonly Domain[];
  readonly #byPlace = new Map<string, number>();

  constructor(all: readonly Domain[]) {
    this.all = all;
    for (const [number, { places }] of all.entries()) {
      for (const place of places) this.#byPlace.set(idOf(place.table, place.column), number);
    }
  }

  /** The number of the domain; undefined for any other column. */
  of(table: TableName, column: string): number | undefined {
    return this.#byPlace.get(idOf(table, column));
  }
}

export const noDomains = new Domains([]);

/** @throws HFIT_TABLE_UNKNOWN, HFIT_TABLE_AMBIGUOUS, HFIT_COLUMN_UNKNOWN */
export function domainsOf(schema: Schema, rules: CompareRules, resolved: ResolvedRules): Domains {
  const groups = new Groups();
  const pointing = new Set<string>();
  const link = (from: Place, to: Place) => {
    groups.join(from, to);
    if (idOf(from.table, from.column) !== idOf(to.table, to.column)) {
      pointing.add(idOf(from.table, from.column));
    }
  };
  const tables = new Map(schema.tables.map((table) => [qualified(table), table]));
  for (const table of schema.tables) {
    for (const { columns, target, targetColumns } of table.foreignKeys) {
      const to = tables.get(qualified(target));
      if (!to) continue;
      columns.forEach((column, i) => {
        link({ table, column }, { table: to, column: targetColumns[i] as string });
      });
    }
  }
  for (const [from, to] of Object.entries(rules.references ?? {})) {
    link(placeNamed(schema, from), placeNamed(schema, to));
  }
  const named = new Set((rules.generated ?? []).map((it) => placeId(placeNamed(schema, it))));
  const origins = schema.tables.flatMap((table) =>
    table.columns
      .filter((column) => !pointing.has(idOf(table, column.name)))
      .filter((column) => named.has(idOf(table, column.name)) || isGenerated(schema, table, column))
      .map((column) => ({ table, column: column.name })),
  );
  const domains = origins.map((origin) => ({
    origin,
    places: groups.of(origin),
    isUnique: isUnique(origin),
  }));
  const counts = new Map<Place[], number>();
  for (const { places } of domains) counts.set(places, (counts.get(places) ?? 0) + 1);
  // Two numberings whose values meet in a column of a third table cannot be told apart there.
  const alone = domains.filter(({ places }) => counts.get(places) === 1);
  const isRuled = ({ table, column }: Place) => {
    const { ignored, volatile } = resolved.of(table);
    return ignored.has(column) || volatile.has(column);
  };
  const isLeftOut = (place: Place) => isRuled(place) || !resolved.isCompared(place.table);
  return new Domains(
    alone
      .filter(({ origin, places }) => !isLeftOut(origin) && !places.some(isComputed))
      .map((domain) => ({ ...domain, places: domain.places.filter((it) => !isLeftOut(it)) })),
  );
}

const idOf = (table: TableName, column: string) => JSON.stringify([qualified(table), column]);
const placeId = ({ table, column }: Place) => idOf(table, column);

function placeNamed(schema: Schema, name: string): Place {
  const dot = name.lastIndexOf('.');
  const table = resolveTable(schema, name.slice(0, Math.max(dot, 0)));
  return { table, column: findColumn(table, name.slice(dot + 1)).name };
}

/** A computed column is not in a change set, so what happens to it could not be followed. */
function isComputed({ table, column }: Place): boolean {
  return table.columns.find(({ name }) => name === column)?.generated !== null;
}

function isGenerated(schema: Schema, table: Table, column: Column): boolean {
  if (column.generated !== null) return false;
  if (column.identity !== null) return true;
  if (/nextval\s*\(|uuid\w*\s*\(|randomblob\s*\(/i.test(column.default ?? '')) {
    return isUnique({ table, column: column.name }) || isKeyPart(table, column.name);
  }
  return schema.sequences.some(
    ({ ownedBy }) =>
      ownedBy?.column === column.name && qualified(ownedBy.table) === qualified(table),
  );
}

function isKeyPart({ primaryKey }: Table, column: string): boolean {
  return primaryKey?.columns.includes(column) ?? false;
}

function isUnique({ table, column }: Place): boolean {
  const keys = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques];
  return keys.some(({ columns }) => columns.length === 1 && columns[0] === column);
}

/** Columns that hold the same values, joined step by step. */
class Groups {
  readonly #groups = new Map<string, Place[]>();

  of(place: Place): Place[] {
    const found = this.#groups.get(placeId(place));
    if (found) return found;
    const group = [place];
    this.#groups.set(placeId(place), group);
    return group;
  }

  join(a: Place, b: Place): void {
    const [to, from] = [this.of(a), this.of(b)];
    if (to === from) return;
    to.push(...from);
    for (const place of from) this.#groups.set(placeId(place), to);
  }
}
