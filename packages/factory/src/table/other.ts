const values: readonly (readonly [RegExp, unknown])[] = [
  [/\[\]$/, []],
  [/^interval/, '1 day'],
  [/^money$/, '1.00'],
  [/^xml$/, '<row/>'],
  [/^tsvector$/, 'word'],
  [/^tsquery$/, 'word'],
  [/^(int[48]|num|ts|tstz|date)range$/, 'empty'],
  [/^(int[48]|num|ts|tstz|date)multirange$/, '{}'],
  [/^point$/, '(0,0)'],
  [/^(box|lseg)$/, '((0,0),(1,1))'],
  [/^(path|polygon)$/, '((0,0),(1,1),(1,0))'],
  [/^line$/, '{1,-1,0}'],
  [/^circle$/, '<(0,0),1>'],
  [/^pg_lsn$/, '0/0'],
  [/^inet4$/i, '192.0.2.1'],
  [/^inet6$/i, '2001:db8::1'],
  [/^macaddr8$/, '02:00:00:00:00:00:00:01'],
];

/** A value of a type that holds nothing which could be told by the row; undefined for all others. */
export function otherValue(type: string, kind: string): unknown {
  const bits = /^bit(?: varying)?(?:\((\d+)\))?$/i.exec(type);
  if (bits) return kind === 'binary' ? new Uint8Array([0]) : '0'.repeat(Number(bits[1] ?? 1));
  return values.find(([pattern]) => pattern.test(type))?.[1];
}
