import {
  type Database,
  type Filter,
  qualified,
  type ReadLimits,
  type ReadOptions,
  resolveTable,
  type Schema,
  type Snapshot,
  type Table,
  type Variables,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { declare } from './closure/declared.js';
import type { Relation } from './closure/relation.js';
import { defaultLimits } from './limits.js';
import { placed } from './placed.js';
import type { DeclaredReference } from './template/model.js';

/** What a template may read from, under the names that it uses. */
export interface Sources {
  readonly databases: Readonly<Record<string, Database>>;
  /** What reading one of them may cost it, before what holds for all. */
  readonly limits?: Readonly<Record<string, Partial<ReadLimits>>>;
  /** Folders. */
  readonly volumes: Readonly<Record<string, string>>;
}

/** A database of this run: one moment of it, and its schema. */
export interface Source {
  readonly name: string;
  readonly database: Database;
  readonly snapshot: Snapshot;
  readonly schema: Schema;
  /** The references between its tables, those of the template too. */
  readonly relations: readonly Relation[];
  /** Tables that are not there for who asks; they are not in the schema. */
  readonly hidden: readonly Table[];
}

/** Whether a table is there for who asks. */
type Sees = (source: string, database: string, table: string) => boolean;

/** What holds for all of them. */
interface Reading {
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<ReadLimits> | undefined;
}

/** Opens each source when it is first asked for, and all of them see one moment each. */
export class OpenSources {
  readonly #sources: Sources;
  readonly #references: readonly DeclaredReference[];
  readonly #reading: Reading;
  readonly #sees: Sees;
  readonly #open = new Map<string, Promise<Source>>();

  /**
   * @param references what no foreign key tells
   * @param reading what ends what the servers are about
   * @param sees which tables there are
   */
  constructor(
    sources: Sources,
    references: readonly DeclaredReference[] = [],
    reading: Reading = {},
    sees: Sees = () => true,
  ) {
    this.#sources = sources;
    this.#references = references;
    this.#reading = reading;
    this.#sees = sees;
  }

  /** @throws HFIT_SOURCE_UNKNOWN, HFIT_DATABASE_UNREACHABLE, HFIT_REFERENCE_… */
  database(name: string, where: string): Promise<Source> {
    const [known, database] = find(this.#sources.databases, name, where);
    let source = this.#open.get(known);
    if (!source) {
      const references = this.#references.filter(
        (it) => find(this.#sources.databases, it.source, it.where)[0] === known,
      );
      const reading: ReadOptions = {
        ...this.#readingOf(known),
        tells: (it) => this.#sees(known, it.schema || database.name, it.name),
      };
      source = openSource(known, database, references, reading, this.#sees);
      this.#open.set(known, source);
    }
    return source;
  }

  #readingOf(name: string): ReadOptions {
    const limits = { ...defaultLimits, ...this.#reading.limits, ...this.#sources.limits?.[name] };
    return { ...this.#reading, limits };
  }

  /** @throws HFIT_SOURCE_UNKNOWN */
  volume(name: string, where: string): { name: string; folder: string } {
    const [known, folder] = find(this.#sources.volumes, name, where);
    return { name: known, folder };
  }

  async close(): Promise<void> {
    for (const source of this.#open.values()) {
      await source.then(
        ({ snapshot }) => snapshot.close(),
        () => {},
      );
    }
    this.#open.clear();
  }
}

async function openSource(
  name: string,
  database: Database,
  references: readonly DeclaredReference[],
  reading: ReadOptions,
  sees: Sees,
): Promise<Source> {
  const snapshot = await database.snapshot(reading);
  try {
    const whole = await snapshot.introspect();
    const isSeen = (it: Table) => sees(name, it.schema || whole.database, it.name);
    const seen = new Set(whole.tables.filter(isSeen));
    const tables = whole.tables.filter((table) => seen.has(table));
    const hidden = whole.tables.filter((table) => !seen.has(table));
    const { schema, relations } = declare({ ...whole, tables }, references);
    return { name, database, snapshot, schema, relations, hidden };
  } catch (error) {
    await snapshot.close();
    throw error;
  }
}

/** The table that a template means, told with its place where it is not there. */
export function tableOf(source: Source, name: string, where: string): Table {
  return placed(where, () => resolveTable(source.schema, name));
}

/**
 * How many rows a filter lets through, its limit included.
 * @param isAbout whether the statistics of the server will do for a whole table
 */
export async function countOfRows(
  snapshot: Snapshot,
  table: Table,
  filter: Filter,
  variables: Variables,
  isAbout: boolean,
): Promise<number> {
  const rows =
    isAbout && filter.where === null
      ? await snapshot.about(table)
      : await snapshot.count(table, filter, variables);
  const limit = filter.limit?.pieces.map((it) =>
    typeof it === 'string' ? it : variables[it.variable],
  );
  return limit ? Math.min(rows, Number(limit.join(''))) : rows;
}

/** The spellings under which a policy may name a table. */
export function spellings(schema: Schema, table: Table): string[] {
  const names = [qualified(table)];
  if (table.schema === schema.defaultSchema) {
    names.push(table.name);
    // Where a schema has the name of the database, it is the one that is meant.
    const isSchema = schema.tables.some((other) => other.schema === schema.database);
    if (!isSchema) names.push(`${schema.database}.${table.name}`);
  }
  return [...new Set(names)];
}

/** Names of sources are found whatever their case. */
function find<T>(known: Readonly<Record<string, T>>, name: string, where: string): [string, T] {
  const entries = Object.entries(known);
  const found =
    entries.find(([it]) => it === name) ??
    entries.find(([it]) => it.toLowerCase() === name.toLowerCase());
  if (found) return found;
  const values = { source: name, known: entries.map(([it]) => it).join(', ') || 'none' };
  throw new HfitError('HFIT_SOURCE_UNKNOWN', values, { where });
}
