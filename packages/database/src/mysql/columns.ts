import type { Column, Row, ValueKind } from '../model.js';
import { kindOf } from './kinds.js';
import { literal, quote, unescaped } from './quote.js';

/**
 * The columns of a table without the ROW START and ROW END of a versioned one: they tell when a row
 * was written, so no copy can have the same.
 */
export function columnsOf(rows: readonly Row[], shown: string, isMariadb: boolean): Column[] {
  return rows
    .filter(([, , , , , , , , generation]) => !/^ROW (START|END)$/.test(String(generation)))
    .map((row) => columnOf(row, shown, isMariadb));
}

function columnOf(row: Row, shown: string, isMariadb: boolean): Column {
  const [, , name, dataType, type, nullable, expression, extra, generation] = row as (
    | string
    | null
  )[];
  const [characters, octets, characterSet] = row.slice(9) as (string | null)[];
  const kind = isJson(row, shown) ? 'json' : kindOf(dataType as string);
  const generated = /\b(VIRTUAL|STORED) GENERATED/i.exec(extra ?? '')?.[1]?.toLowerCase();
  return {
    name: name as string,
    type: type as string,
    kind,
    nullable: nullable === 'YES',
    default: generated
      ? (generation ?? null)
      : isMariadb
        ? notNull(expression)
        : quotedDefault(expression ?? null, kind, extra ?? ''),
    generated: (generated as 'stored' | 'virtual' | undefined) ?? null,
    identity: /\bauto_increment\b/i.test(extra ?? '') ? 'default' : null,
    maxLength: maxLength(dataType as string, characters, octets),
    labels: kind === 'enum' ? labelsOf(type as string) : null,
    ...(typeof characterSet === 'string' && { characterSet }),
  };
}

/** JSON is a name of MariaDB for a text that is checked. */
function isJson([, , name, dataType]: Row, shown: string): boolean {
  const column = quote(name as string);
  const line = shown.split('\n').find((it) => it.startsWith(`  ${column} `)) ?? '';
  return dataType === 'longtext' && line.includes(`CHECK (json_valid(${column}))`);
}

/** MariaDB writes an expression, and NULL where there is no default. */
function notNull(expression: string | null | undefined): string | null {
  return expression === undefined || expression === 'NULL' ? null : expression;
}

/** MySQL writes a literal without its quotes, and an expression without its parentheses. */
function quotedDefault(text: string | null, kind: ValueKind, extra: string): string | null {
  if (text === null) return null;
  if (/\bDEFAULT_GENERATED\b/i.test(extra)) {
    return /^CURRENT_TIMESTAMP/i.test(text) ? text : `(${unescaped(text)})`;
  }
  const isBare = kind === 'integer' || kind === 'decimal' || kind === 'float' || kind === 'binary';
  return isBare ? text : literal(text);
}

/** Of the longer texts the limit is in bytes: a quarter of them fits whatever the characters are. */
function maxLength(dataType: string, characters: unknown, octets: unknown): number | null {
  if (dataType === 'char' || dataType === 'varchar') return Number(characters);
  if (dataType === 'tinytext' || dataType === 'text') return Math.floor(Number(octets) / 4);
  return null;
}

/** What stands in `enum('a','it''s')`, where the server doubles quotes and escapes the rest. */
function labelsOf(type: string): string[] {
  return [...type.matchAll(/'((?:[^'\\]|''|\\.)*)'/gs)].map(([, label]) =>
    unescaped((label as string).replaceAll("''", "'")),
  );
}
