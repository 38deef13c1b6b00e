import type { Column, Definition, Table, TableName } from '../model.js';
import { literal, quote, quoteTable } from './quote.js';

export interface Constraint {
  readonly name: string;
  /** As in `pg_constraint`: p, u, c, x, f. */
  readonly type: string;
  readonly definition: string;
  readonly columns: readonly string[];
  readonly target: { readonly table: TableName; readonly columns: readonly string[] } | null;
}

/** What the catalog says of one table. */
export interface Parts extends TableName {
  readonly unlogged: boolean;
  readonly partitionedBy: string | null;
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  /** Whole statements. */
  readonly indexes: readonly string[];
  readonly types: readonly string[];
  readonly sequences: readonly {
    readonly name: string;
    readonly definition: string;
    readonly ownedBy: string | null;
  }[];
  /** What follows CREATE TABLE for each partition. */
  readonly partitions: readonly string[];
}

/** Statements that make the table anew, as `pg_dump` would order them. */
export function definitionOf(parts: Parts): Definition {
  const table = quoteTable(parts);
  const add = ({ name, definition }: Constraint) =>
    `ALTER TABLE ${table} ADD CONSTRAINT ${quote(name)} ${definition}`;
  const partitioned = parts.partitionedBy ? ` PARTITION BY ${parts.partitionedBy}` : '';
  const lines = parts.columns.map((column) => `  ${columnDefinition(column)}`).join(',\n');
  const isReference = ({ type }: Constraint) => type === 'f';
  return {
    requires: [
      `CREATE SCHEMA IF NOT EXISTS ${quote(parts.schema)}`,
      ...parts.types.map(unlessThere),
      ...parts.sequences.map((it) => `CREATE SEQUENCE IF NOT EXISTS ${it.name} ${it.definition}`),
    ],
    create: `CREATE ${parts.unlogged ? 'UNLOGGED ' : ''}TABLE ${table} (\n${lines}\n)${partitioned}`,
    after: [
      ...parts.sequences.flatMap(({ name, ownedBy }) =>
        ownedBy ? [`ALTER SEQUENCE ${name} OWNED BY ${ownedBy}`] : [],
      ),
      ...parts.partitions.map((partition) => `CREATE TABLE ${partition}`),
      ...parts.constraints.filter((it) => !isReference(it)).map(add),
      ...parts.indexes,
    ],
    references: parts.constraints.filter(isReference).map(add),
  };
}

function columnDefinition(column: Column): string {
  const words = [quote(column.name), column.type];
  if (column.generated) {
    words.push(`GENERATED ALWAYS AS (${column.default}) ${column.generated.toUpperCase()}`);
  } else if (column.identity) {
    words.push(`GENERATED ${column.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`);
  } else if (column.default !== null) {
    words.push(`DEFAULT ${column.default}`);
  }
  if (!column.nullable) words.push('NOT NULL');
  return words.join(' ');
}

export function create(tables: readonly Table[]): string[] {
  const all = (part: 'requires' | 'after' | 'references') =>
    tables.flatMap(({ definition }) => definition[part]);
  return [
    ...new Set(all('requires')),
    ...tables.map(({ definition }) => definition.create),
    ...all('after'),
    ...all('references'),
  ];
}

/**
 * The same in one block, which asks for each table whether it is there. Foreign keys are added
 * only to tables that the block has made.
 */
export function createAbsent(tables: readonly Table[]): string[] {
  if (tables.length === 0) return [];
  const requires = [...new Set(tables.flatMap(({ definition }) => definition.requires))];
  const missing = (table: Table) => `to_regclass(${literal(quoteTable(table))}) IS NULL`;
  const run = (statement: string) => `    EXECUTE ${literal(statement)};`;
  const body = [
    ...tables.flatMap((table, i) => [
      `  IF ${missing(table)} THEN`,
      `    made := made || ${i};`,
      ...[table.definition.create, ...table.definition.after].map(run),
      '  END IF;',
    ]),
    ...tables.flatMap((table, i) =>
      table.definition.references.length === 0
        ? []
        : [`  IF ${i} = ANY (made) THEN`, ...table.definition.references.map(run), '  END IF;'],
    ),
  ];
  const block = `DECLARE\n  made int[] := '{}';\nBEGIN\n${body.join('\n')}\nEND`;
  return [...requires, `DO ${literal(block)}`];
}

/** Types know no IF NOT EXISTS. */
function unlessThere(statement: string): string {
  return `DO ${literal(`BEGIN ${statement}; EXCEPTION WHEN duplicate_object THEN NULL; END`)}`;
}
