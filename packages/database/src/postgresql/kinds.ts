import type { ValueKind } from '../model.js';

const byName: Record<string, ValueKind> = {
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  oid: 'integer',
  numeric: 'decimal',
  money: 'other',
  float4: 'float',
  float8: 'float',
  bool: 'boolean',
  date: 'date',
  time: 'time',
  timetz: 'time',
  timestamp: 'timestamp',
  timestamptz: 'timestamp',
  uuid: 'uuid',
  json: 'json',
  jsonb: 'json',
  bytea: 'binary',
  text: 'text',
  varchar: 'text',
  bpchar: 'text',
  name: 'text',
  citext: 'text',
};

/**
 * The kind of a type, by the name of its base type in `pg_type`.
 * @param typtype `e` for an enum, `b` for a base type …
 * @param category `A` for arrays
 */
export function kindOf(typname: string, typtype: string, category: string): ValueKind {
  if (category === 'A') return 'array';
  if (typtype === 'e') return 'enum';
  return (typtype === 'b' ? byName[typname] : undefined) ?? 'other';
}
