import type { Row, Value } from '@hot-fixture/database';

/**
 * A value as JSON: texts, NULL and small whole numbers as they are, all else in an object that says
 * what it is. `-0.0` and `1.0` are no whole numbers.
 */
export type JsonValue =
  | string
  | number
  | null
  | { readonly integer: string }
  | { readonly real: string }
  | { readonly base64: string };

export function toJson(value: Value): JsonValue {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'bigint') {
    const small = Number(value);
    return Number.isSafeInteger(small) ? small : { integer: String(value) };
  }
  if (typeof value === 'number') return { real: realText(value) };
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return { base64: bytes.toString('base64') };
}

/** Undefined where it is no value of a row. */
export function fromJson(json: unknown): Value | undefined {
  if (json === null || typeof json === 'string') return json;
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : undefined;
  if (typeof json !== 'object') return undefined;
  const [[kind, text] = [], more] = Object.entries(json);
  if (more || typeof text !== 'string') return undefined;
  if (kind === 'integer') return /^-?\d+$/.test(text) ? BigInt(text) : undefined;
  if (kind === 'real') return realOf(text);
  return kind === 'base64' ? bytesOf(text) : undefined;
}

export function rowToJson(row: Row): JsonValue[] {
  return row.map(toJson);
}

/** The shortest text that is the same double again, and never looks like a whole number. */
export function realText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function realOf(text: string): number | undefined {
  const value = Number(text);
  return text.trim() !== '' && realText(value) === text ? value : undefined;
}

export function bytesOf(base64: string): Uint8Array | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 ? bytes : undefined;
}
