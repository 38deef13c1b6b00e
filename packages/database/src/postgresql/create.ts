import {
  type Column,
  type Definition,
  type ForeignKey,
  qualified,
  type Table,
  type TableName,
} from '../model.js';
import { literal, quote, quoteTable } from './quote.js';

export interface MadeColumn {
  readonly column: Column;
  /** Where it is not that of the type. */
  readonly collation: string | null;
  /** It comes with the parent, and is not declared here. */
  readonly isInherited: boolean;
  /** The sequence of an identity, with its options. */
  readonly numbering: string | null;
}

export interface Constraint {
  /** Quoted; a constraint may belong to one partition alone. */
  readonly table: string;
  readonly isOwn: boolean;
  /** False for what the parent brings along. */
  readonly isLocal: boolean;
  readonly name: string;
  /** As in `pg_constraint`: p, u, c, x, f. */
  readonly type: string;
  readonly definition: string;
  /** Of a check. */
  readonly condition: string | null;
  readonly columns: readonly string[];
  readonly nullsDistinct: boolean;
  readonly reference: Omit<ForeignKey, 'name' | 'columns'> | null;
}

export interface Index {
  readonly name: string;
  readonly definition: string;
  /** Null for one that is not unique, or not of the whole table. */
  readonly unique: {
    /** Null where it holds expressions, or covers a part of the rows. */
    readonly columns: readonly string[] | null;
    readonly expressions: readonly string[];
    readonly predicate: string | null;
    readonly nullsDistinct: boolean;
  } | null;
}

/** What the catalog says of one table. Statements are whole. */
export interface Parts extends TableName {
  readonly unlogged: boolean;
  readonly partitionedBy: string | null;
  readonly inherits: readonly TableName[];
  readonly columns: readonly MadeColumn[];
  readonly constraints: readonly Constraint[];
  readonly indexes: readonly Index[];
  readonly types: readonly { readonly statement: string; readonly schema: string }[];
  readonly sequences: readonly {
    /** Quoted, as is its owner. */
    readonly name: string;
    readonly schema: string;
    readonly definition: string;
    readonly ownedBy: string | null;
  }[];
  readonly partitions: readonly string[];
  readonly alterations: readonly string[];
}

/** Statements that make the table anew, as `pg_dump` would order them. */
export function definitionOf(parts: Parts): Definition {
  const add = ({ table, name, definition }: Constraint) =>
    `ALTER TABLE ${table} ADD CONSTRAINT ${quote(name)} ${definition}`;
  const local = parts.constraints.filter(({ isLocal }) => isLocal);
  const lines = parts.columns.filter((it) => !it.isInherited).map((it) => `  ${declared(it)}`);
  const create = [
    `CREATE ${parts.unlogged ? 'UNLOGGED ' : ''}TABLE ${quoteTable(parts)} (\n${lines.join(',\n')}\n)`,
    ...(parts.inherits.length > 0
      ? [`INHERITS (${parts.inherits.map(quoteTable).join(', ')})`]
      : []),
    ...(parts.partitionedBy ? [`PARTITION BY ${parts.partitionedBy}`] : []),
  ];
  const schemas = [parts, ...parts.types, ...parts.sequences].map(({ schema }) => schema);
  return {
    requires: [
      ...[...new Set(schemas)].map(makeSchema),
      ...parts.types.map(({ statement }) => statement),
      ...parts.sequences.map((it) => makeSequence(it.name, it.definition)),
    ],
    create: create.join(' '),
    after: [
      ...parts.sequences.flatMap(({ name, ownedBy }) =>
        ownedBy ? [`ALTER SEQUENCE ${name} OWNED BY ${ownedBy}`] : [],
      ),
      ...parts.partitions,
      ...parts.alterations,
      ...local.filter(({ type }) => type !== 'f').map(add),
      ...parts.indexes.map(({ definition }) => definition),
    ],
    references: local.filter(({ type }) => type === 'f').map(add),
  };
}

/** Asked for first: with IF NOT EXISTS, one that is there would still take a privilege. */
export function makeSchema(name: string): string {
  const body = `BEGIN IF to_regnamespace(${literal(quote(name))}) IS NULL THEN CREATE SCHEMA ${quote(name)}; END IF; END`;
  return `DO ${literal(body)}`;
}

export function makeSequence(quoted: string, options: string): string {
  return `CREATE SEQUENCE IF NOT EXISTS ${quoted} ${options}`;
}

function declared({ column, collation, numbering }: MadeColumn): string {
  const words = [quote(column.name), column.type];
  if (collation) words.push(`COLLATE ${collation}`);
  if (column.generated) {
    words.push(`GENERATED ALWAYS AS (${column.default}) ${column.generated.toUpperCase()}`);
  } else if (column.identity) {
    words.push(`GENERATED ${column.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`);
    if (numbering) words.push(`(${numbering})`);
  } else if (column.default !== null) {
    words.push(`DEFAULT ${column.default}`);
  }
  if (!column.nullable) words.push('NOT NULL');
  return words.join(' ');
}

export function create(tables: readonly Table[]): string[] {
  const ordered = parentsFirst(tables);
  const all = (part: 'requires' | 'after' | 'references') =>
    ordered.flatMap(({ definition }) => definition[part]);
  return [
    ...new Set(all('requires')),
    ...ordered.map(({ definition }) => definition.create),
    ...all('after'),
    ...all('references'),
  ];
}

function parentsFirst(tables: readonly Table[]): Table[] {
  const byName = new Map(tables.map((table) => [qualified(table), table]));
  const ordered = new Set<Table>();
  const add = (table: Table): void => {
    for (const parent of table.inherits ?? []) {
      const found = byName.get(qualified(parent));
      if (found) add(found);
    }
    ordered.add(table);
  };
  for (const table of tables) add(table);
  return [...ordered];
}

/**
 * The same in one block, which asks for each table whether it is there. Foreign keys are added
 * only to tables that the block has made.
 */
export function createAbsent(tables: readonly Table[]): string[] {
  if (tables.length === 0) return [];
  const ordered = parentsFirst(tables);
  const requires = [...new Set(ordered.flatMap(({ definition }) => definition.requires))];
  const missing = (table: Table) => `to_regclass(${literal(quoteTable(table))}) IS NULL`;
  const run = (statement: string) => `    EXECUTE ${literal(statement)};`;
  const body = [
    ...ordered.flatMap((table, i) => [
      `  IF ${missing(table)} THEN`,
      `    made := made || ${i};`,
      ...[table.definition.create, ...table.definition.after].map(run),
      '  END IF;',
    ]),
    ...ordered.flatMap((table, i) =>
      table.definition.references.length === 0
        ? []
        : [`  IF ${i} = ANY (made) THEN`, ...table.definition.references.map(run), '  END IF;'],
    ),
  ];
  const block = `DECLARE\n  made int[] := '{}';\nBEGIN\n${body.join('\n')}\nEND`;
  return [...requires, `DO ${literal(block)}`];
}
