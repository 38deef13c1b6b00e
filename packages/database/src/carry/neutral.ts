import type { Column, Value, ValueKind } from '../model.js';

/** A type in words that all dialects know. */
export type NeutralType =
  /** Characters, or null for any number of them. */
  | { readonly kind: 'text'; readonly length: number | null }
  | { readonly kind: 'integer'; readonly bytes: 1 | 2 | 4 | 8 }
  /** Digits in all and behind the point; null for any number of them. */
  | { readonly kind: 'decimal'; readonly digits: number | null; readonly scale: number | null }
  | { readonly kind: 'timestamp'; readonly zone: boolean }
  /** As many bits as that, 64 at most. */
  | { readonly kind: 'bits'; readonly length: number }
  | { readonly kind: 'float' | 'boolean' | 'date' | 'time' | 'uuid' | 'json' | 'binary' }
  /** A type that only its dialect has: its values travel as the text that it writes them in. */
  | { readonly kind: 'foreign'; readonly type: string };

/**
 * A value in one spelling: whole and decimal numbers in digits, `true` and `false`, `2024-02-29`,
 * `10:20:30.5`, `2024-02-29 10:20:30.5` (of a moment in UTC, without a zone), each bit as 0 or 1, bytes
 * as they are.
 */
export type NeutralValue = string | Uint8Array;

/** A type of a dialect that holds the values of a neutral one. */
export interface CarriedType {
  readonly type: string;
  /** As the dialect itself will see it. */
  readonly kind: ValueKind;
  /** What is not as it was, for people; null where nothing is. */
  readonly note: string | null;
}

/** How values and columns of a dialect are told in words that all know, and made of them. */
export interface Carry {
  neutral(column: Column): NeutralType;
  /** @returns null for a value that the type does not tell of */
  read(type: NeutralType, value: NonNullable<Value>): NeutralValue | null;
  /** @param isKey part of a key, an index or a foreign key */
  typeFor(type: NeutralType, isKey: boolean): CarriedType;
  /** @returns null for a value that would not be there as it is */
  write(type: NeutralType, value: NeutralValue): Value;
  /** Digits of a second that are kept; null for any number. */
  readonly fraction: number | null;
  /** What follows the type of a column that the database numbers. */
  readonly numbered: string;
  /** What follows the parenthesis of CREATE TABLE. */
  readonly tableOptions: string;
  /** Whether foreign keys are part of CREATE TABLE; else they are added when all tables are there. */
  readonly keysInside: boolean;
  /** Longer names would be cut in silence or refused; in bytes, null for no limit. */
  readonly longestName: number | null;
}

const fractions = /(\.\d*?)0+$/;

/** A time of the day or a moment without the zeros at its end. */
export function trimmedFraction(text: string): string {
  return text.replace(fractions, '$1').replace(/\.$/, '');
}

/** Digits of a number as they are written, without the signs and zeros that mean nothing. */
export function digitsOf(text: string): string | null {
  const [, sign = '', whole, part = ''] = /^([+-]?)(\d+)(\.\d+)?$/.exec(text) ?? [];
  if (whole === undefined) return null;
  return `${sign === '-' ? '-' : ''}${whole.replace(/^0+(?=\d)/, '')}${part}`;
}
