import type { ValueKind } from '../model.js';

const byName: Record<string, ValueKind> = {
  '': 'other',
  ANY: 'other',
  BOOL: 'boolean',
  BOOLEAN: 'boolean',
  DATE: 'date',
  TIME: 'time',
  DATETIME: 'timestamp',
  TIMESTAMP: 'timestamp',
  TIMESTAMPTZ: 'timestamp',
  DEC: 'decimal',
  DECIMAL: 'decimal',
  NUMERIC: 'decimal',
  NUMBER: 'decimal',
  MONEY: 'decimal',
  UUID: 'uuid',
  GUID: 'uuid',
  JSON: 'json',
  BINARY: 'binary',
  VARBINARY: 'binary',
};

/** The kind that a declared type stands for, whatever its values are. */
export function kindOf(type: string): ValueKind {
  const name = type.replace(/\(.*/s, '').trim().toUpperCase();
  return byName[name] ?? byAffinity[affinityOf(name)];
}

export type Affinity = 'integer' | 'text' | 'blob' | 'real' | 'numeric';

const byAffinity: Record<Affinity, ValueKind> = {
  integer: 'integer',
  text: 'text',
  blob: 'binary',
  real: 'float',
  numeric: 'other',
};

/** By the rules of "Datatypes in SQLite", 3.1, in their order. */
export function affinityOf(type: string): Affinity {
  if (/INT/i.test(type)) return 'integer';
  if (/CHAR|CLOB|TEXT/i.test(type)) return 'text';
  if (/BLOB/i.test(type) || type === '') return 'blob';
  if (/REAL|FLOA|DOUB/i.test(type)) return 'real';
  return 'numeric';
}
