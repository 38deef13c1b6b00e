/** What people write for a type, and how its database calls it. */
const spelled: Readonly<Record<string, string>> = {
  varchar: 'character varying',
  char: 'character',
  bpchar: 'character',
  int: 'integer',
  int4: 'integer',
  int2: 'smallint',
  int8: 'bigint',
  bool: 'boolean',
  decimal: 'numeric',
  float4: 'real',
  float8: 'double precision',
  double: 'double precision',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
};

/**
 * A type without its length, precision or labels, in one spelling: `varchar(40)` and
 * `character varying` are `character varying`, `int(11) unsigned` is `integer unsigned`.
 */
export function bareType(type: string): string {
  const [, before = '', after = ''] = /^([^(]*)(?:\(.*\))?(.*)$/s.exec(type.toLowerCase()) ?? [];
  const words = `${before.trim()} ${after.trim()}`
    .trim()
    .replace(/ +/g, ' ')
    .replace(/ \[\]/g, '[]');
  const [, first = '', rest = ''] =
    /^(\S*?)((?: (?:unsigned|zerofill))*(?:\[\])*)$/.exec(words) ?? [];
  return first === '' ? words : `${spelled[first] ?? first}${rest}`;
}
