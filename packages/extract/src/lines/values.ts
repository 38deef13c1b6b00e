import type { Value } from '@hot-fixture/database';

/**
 * A value as JSON. Texts and nulls stay as they are; the rest says what it is, because JSON has
 * one number type and no bytes.
 */
export function toJson(value: Value): unknown {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'bigint') return { i: String(value) };
  if (typeof value === 'number') return { r: Object.is(value, -0) ? '-0' : String(value) };
  return { b: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
}

/** @returns undefined where it is no value */
export function fromJson(json: unknown): Value | undefined {
  if (json === null || typeof json === 'string') return json;
  if (typeof json !== 'object') return undefined;
  const { i, r, b } = json as Record<string, unknown>;
  if (typeof i === 'string' && /^-?\d+$/.test(i)) return BigInt(i);
  if (typeof r === 'string') return Number(r);
  return typeof b === 'string' ? new Uint8Array(Buffer.from(b, 'base64')) : undefined;
}
