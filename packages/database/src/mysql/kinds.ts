import type { ValueKind } from '../model.js';

const byName: Record<string, ValueKind> = {
  tinyint: 'integer',
  smallint: 'integer',
  mediumint: 'integer',
  int: 'integer',
  bigint: 'integer',
  year: 'integer',
  decimal: 'decimal',
  float: 'float',
  double: 'float',
  date: 'date',
  time: 'time',
  datetime: 'timestamp',
  timestamp: 'timestamp',
  char: 'text',
  varchar: 'text',
  tinytext: 'text',
  text: 'text',
  mediumtext: 'text',
  longtext: 'text',
  enum: 'enum',
  set: 'enum',
  json: 'json',
  uuid: 'uuid',
  bit: 'binary',
  binary: 'binary',
  varbinary: 'binary',
  tinyblob: 'binary',
  blob: 'binary',
  mediumblob: 'binary',
  longblob: 'binary',
  vector: 'binary',
};

/**
 * The kind of a `DATA_TYPE` of the information schema. BOOL is a name for `tinyint(1)`, which may
 * hold any small number, so it stays an integer; geometry is `other`.
 */
export function kindOf(dataType: string): ValueKind {
  return byName[dataType.toLowerCase()] ?? 'other';
}
