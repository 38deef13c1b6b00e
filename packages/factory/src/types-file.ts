import type { Column, Schema } from '@hot-fixture/database';
import { type ColumnFacts, factsOfSchema, type TableFacts } from './table/facts.js';

const head = `// Written by hfit types. When the schema has changed, write it anew.
`;

/**
 * The row types of a schema as a TypeScript file: an interface for each table, and `Tables` with all
 * of them, for `openFactories<Tables>`. It is the same for the same schema.
 */
export function writeTypes(schema: Schema): string {
  const tables = [...factsOfSchema(schema).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = namesOf(tables);
  const rows = tables.map((facts) => {
    const columns = [...facts.columns.values()].map(
      (it) => `  ${property(it.column.name)}: ${typeOf(it)};`,
    );
    return `\nexport interface ${names.get(facts)} {\n${columns.join('\n')}\n}\n`;
  });
  const all = tables.map((facts) => `  ${property(facts.name)}: ${names.get(facts)};`);
  return `${head}${rows.join('')}\nexport interface Tables {\n${all.join('\n')}\n}\n`;
}

/** `OrderLine` for `order_line`; a number behind it where two tables would have the same. */
function namesOf(tables: readonly TableFacts[]): Map<TableFacts, string> {
  const taken = new Set(['Tables']);
  return new Map(
    tables.map((facts) => {
      const words = facts.name.split(/[^\p{L}\p{N}]+/u).filter((it) => it !== '');
      const joined = words.map((it) => `${it[0]?.toUpperCase()}${it.slice(1)}`).join('');
      const stem = /^\p{L}/u.test(joined) ? joined : `Table${joined}`;
      let name = stem;
      for (let n = 2; taken.has(name); n += 1) name = `${stem}${n}`;
      taken.add(name);
      return [facts, name];
    }),
  );
}

function property(name: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? name : JSON.stringify(name);
}

function typeOf({ column, limits }: ColumnFacts): string {
  const type = valueType(column, limits.values);
  return column.nullable && type !== 'unknown' ? `${type} | null` : type;
}

function valueType(column: Column, values: ColumnFacts['limits']['values']): string {
  switch (column.kind) {
    case 'integer':
    case 'float':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'timestamp':
      return 'Date';
    case 'json':
      return 'unknown';
    case 'binary':
      return 'Uint8Array';
    case 'array':
      return `${elementType(column.type)}[]`;
    case 'enum':
      // A set holds several of its labels at once.
      return /^set\b/i.test(column.type) ? 'string' : union(column.labels ?? []);
    case 'text':
      return union((values ?? []).map(String));
    default:
      return 'string';
  }
}

function union(labels: readonly string[]): string {
  if (labels.length === 0) return 'string';
  const quoted = labels.map((it) => `'${it.replace(/['\\]/g, '\\$&').replaceAll('\n', '\\n')}'`);
  return quoted.join(' | ');
}

function elementType(type: string): string {
  if (/^(smallint|integer|bigint|real|double precision)/.test(type)) return 'number';
  if (/^boolean/.test(type)) return 'boolean';
  if (/^timestamp/.test(type)) return 'Date';
  if (/^jsonb?\b/.test(type)) return 'unknown';
  return /^bytea/.test(type) ? 'Uint8Array' : 'string';
}
