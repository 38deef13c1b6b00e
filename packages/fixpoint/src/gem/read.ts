import { HfitError } from '@hot-fixture/errors';
import { LineCounter, parseDocument, type ScalarTag } from 'yaml';

/** A value as Ruby wrote it; all numbers as their text. */
export type GemValue = string | boolean | null | Uint8Array | { readonly json: unknown };

export type GemRow = ReadonlyMap<string, GemValue>;

export interface GemFixpoint {
  readonly parent: string | null;
  /** By table. On a parent, a row is what changed of the row at its place there; null is deleted. */
  readonly tables: ReadonlyMap<string, readonly (GemRow | null)[]>;
}

const parentKey = '++parent_fixpoint++';
const deletedKey = '++DELETED++';

/** What Ruby adds to YAML for what rows of a database hold. */
const rubyTags: ScalarTag[] = [
  {
    tag: '!ruby/object:BigDecimal',
    // `18:0.125e1` is the precision, then the number.
    resolve: (text) => plainDecimal(text.replace(/^\d+:/, '')),
  },
  { tag: '!ruby/symbol', resolve: (text) => text },
  { tag: '!binary', resolve: (text) => Buffer.from(text, 'base64') },
  { tag: 'tag:yaml.org,2002:binary', resolve: (text) => Buffer.from(text, 'base64') },
];

/**
 * Reads a fixpoint that the Ruby gem has written.
 * @param file its name for messages
 * @throws HFIT_FIXPOINT_GEM at `file:line:column`
 */
export function readGem(text: string, file: string): GemFixpoint {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    customTags: rubyTags,
    intAsBigInt: true,
    lineCounter: lines,
    prettyErrors: false,
    version: '1.1',
    schema: 'core',
  });
  const problem = document.errors[0] ?? document.warnings.find((it) => !isRuby(it.message));
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw refuse(problem.message.split('\n')[0] as string, `${file}:${line}:${col}`);
  }
  // An anchor of Ruby stands for an object that came twice; a hundred of them is no bomb.
  const root: unknown = document.toJS({ mapAsMap: true, maxAliasCount: 1000 });
  if (!(root instanceof Map)) throw refuse('it is no mapping of tables to rows', file);
  const parent: unknown = root.get(parentKey) ?? null;
  root.delete(parentKey);
  const tables = new Map<string, (GemRow | null)[]>();
  for (const [table, rows] of root) {
    if (rows === null) continue;
    if (!Array.isArray(rows)) throw refuse(`table ${table} has no list of rows`, file);
    tables.set(
      String(table),
      rows.map((row: unknown, i) => {
        if (row instanceof Map) return rowOf(row);
        throw refuse(`row ${i + 1} of table ${table} is no mapping`, file);
      }),
    );
  }
  return { parent: parent === null ? null : String(parent), tables };
}

/**
 * The rows that a fixpoint of the gem means: changes are put on those of its parent, by position.
 */
export function onParent(
  parent: GemFixpoint['tables'] | null,
  { tables }: GemFixpoint,
): Map<string, GemRow[]> {
  const found = new Map<string, GemRow[]>();
  for (const table of new Set([...(parent?.keys() ?? []), ...tables.keys()])) {
    const before = (parent?.get(table) ?? []) as readonly GemRow[];
    const changes = tables.get(table) ?? [];
    // No changes at all mean that the table is as it was.
    const rows =
      changes.length === 0
        ? [...before]
        : changes.flatMap((row, i) => (row ? [new Map([...(before[i] ?? []), ...row])] : []));
    if (rows.length > 0) found.set(table, rows);
  }
  return found;
}

/** Classes of Ruby for mappings, whose entries are all that matters. */
const isRuby = (warning: string) => /Unresolved tag: !ruby\//.test(warning);

function rowOf(row: ReadonlyMap<unknown, unknown>): GemRow | null {
  if (row.get(deletedKey) === true) return null;
  return new Map([...row].map(([column, value]) => [String(column), gemValue(value)]));
}

function gemValue(value: unknown): GemValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  // A time of Rails says itself in several ways.
  if (value instanceof Map && typeof value.get('utc') === 'string' && value.has('time')) {
    return value.get('utc') as string;
  }
  // A column of jsonb.
  return { json: plainJson(value) };
}

function plainJson(value: unknown): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([name, it]) => [String(name), plainJson(it)]));
  }
  if (Array.isArray(value)) return value.map(plainJson);
  return typeof value === 'bigint' ? Number(value) : value;
}

/** `0.125e1` as 1.25. */
function plainDecimal(text: string): string {
  const match = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text.trim());
  if (!match) return text;
  const [, sign = '', whole = '', part = '', exponent = '0'] = match;
  const digits = whole + part;
  const point = whole.length + Number(exponent);
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = point <= 0 ? 1 : point;
  const [left, right] = [padded.slice(0, at).replace(/^0+(?=\d)/, ''), padded.slice(at)];
  return `${sign}${left}${/[1-9]/.test(right) ? `.${right.replace(/0+$/, '')}` : ''}`;
}

function refuse(reason: string, where: string): HfitError {
  return new HfitError('HFIT_FIXPOINT_GEM', { reason }, { where });
}
