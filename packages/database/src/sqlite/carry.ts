import type { Carry, NeutralType } from '../carry/neutral.js';
import { digitsOf, trimmedFraction } from '../carry/neutral.js';
import type { Column, Value } from '../model.js';
import { kindOf } from './kinds.js';

/** Digits that a REAL keeps whatever they are. */
const safeDigits = 15;

/** Bits of a whole number, which has a sign beside them. */
const safeBits = 63;

function neutral({ type, kind, maxLength }: Column): NeutralType {
  switch (kind) {
    case 'integer':
      return { kind, bytes: 8 };
    case 'text':
      return { kind, length: maxLength };
    case 'decimal': {
      const [, digits, scale = '0'] = /\((\d+)(?:\s*,\s*(\d+))?\)/.exec(type) ?? [];
      if (digits === undefined) return { kind, digits: null, scale: null };
      return { kind, digits: Number(digits), scale: Number(scale) };
    }
    case 'timestamp':
      return { kind, zone: false };
    case 'float':
    case 'boolean':
    case 'date':
    case 'time':
    case 'uuid':
    case 'json':
    case 'binary':
      return { kind };
    default:
      return { kind: 'foreign', type: type === '' ? 'a column without a type' : type };
  }
}

const forms: Partial<Record<NeutralType['kind'], RegExp>> = {
  date: /^\d{4}-\d\d-\d\d$/,
  time: /^\d\d:\d\d(:\d\d(\.\d+)?)?$/,
  timestamp: /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?$/,
  uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i,
};

export const carry: Carry = {
  neutral,

  // A column may hold a value of any class, whatever its type says.
  read(type, value) {
    if (value instanceof Uint8Array) return type.kind === 'binary' ? value : null;
    switch (type.kind) {
      case 'binary':
        return null;
      case 'integer':
        return typeof value === 'bigint' ? String(value) : null;
      case 'boolean':
        return value === 1n ? 'true' : value === 0n ? 'false' : null;
      case 'float':
        return typeof value === 'string' ? null : String(value);
      case 'decimal':
        return decimalOf(value, type.scale);
      default: {
        if (typeof value !== 'string') return type.kind === 'foreign' ? String(value) : null;
        const form = forms[type.kind];
        if (form && !form.test(value)) return null;
        if (type.kind !== 'time' && type.kind !== 'timestamp') return value;
        const text = value.replace('T', ' ');
        return trimmedFraction(/:\d\d:/.test(text) ? text : `${text}:00`);
      }
    }
  },

  typeFor(type) {
    const as = (name: string, note: string | null = null) => {
      return { type: name, kind: kindOf(name), note } as const;
    };
    switch (type.kind) {
      case 'integer':
        return as('INTEGER');
      case 'decimal':
        return type.digits !== null && type.digits <= safeDigits
          ? as(`DECIMAL(${type.digits},${type.scale ?? 0})`)
          : as('TEXT', 'a text, so that each digit is kept');
      case 'text':
        return as(type.length === null ? 'TEXT' : `VARCHAR(${type.length})`);
      case 'timestamp':
        return as('TIMESTAMP', type.zone ? 'the moment in UTC, without its zone' : null);
      case 'float':
        return as('REAL');
      case 'binary':
        return as('BLOB');
      case 'json':
      case 'uuid':
        // By its own name it would be a number wherever it looks like one.
        return as('TEXT', 'a text');
      case 'bits':
        if (type.length === 1) return as('BOOLEAN', 'it was one bit, and is 0 or 1');
        return type.length <= safeBits
          ? as('INTEGER', `it was ${type.length} bits, and is the number that they write`)
          : as('TEXT', `it was ${type.length} bits, and is a text of 0 and 1`);
      case 'foreign':
        return as('TEXT', `it was ${type.type}, and is a text as that is written`);
      default:
        return as(type.kind.toUpperCase());
    }
  },

  write(type, value) {
    if (typeof value !== 'string') return value;
    switch (type.kind) {
      case 'integer':
        return BigInt(value);
      case 'bits':
        return type.length <= safeBits ? BigInt(`0b${value}`) : value;
      case 'boolean':
        return value === 'true' ? 1n : 0n;
      case 'float':
        // A NaN would become NULL.
        return value === 'NaN' ? null : Number(value);
      case 'decimal':
        if (type.digits === null || type.digits > safeDigits) return value;
        return /\./.test(value) ? Number(value) : BigInt(value);
      default:
        return value;
    }
  },

  fraction: null,
  numbered: '',
  tableOptions: '',
  keysInside: true,
  longestName: null,
};

/** With as many digits behind the point as its type says, where that changes nothing. */
function decimalOf(value: NonNullable<Value>, scale: number | null): string | null {
  if (typeof value !== 'number')
    return digitsOf(String(value).replace(/^(-?\d+)$/, `$1${zeros(scale)}`));
  const fixed = scale === null ? String(value) : value.toFixed(Math.min(scale, 100));
  return Number(fixed) === value ? digitsOf(fixed) : digitsOf(String(value));
}

function zeros(scale: number | null): string {
  return scale ? `.${'0'.repeat(scale)}` : '';
}
