import type { Carry, NeutralType } from '../carry/neutral.js';
import { digitsOf, trimmedFraction } from '../carry/neutral.js';
import type { Column } from '../model.js';
import { kindOf } from './kinds.js';

const integers: Record<string, readonly [signed: 1 | 2 | 4 | 8, unsigned: 1 | 2 | 4 | 8 | null]> = {
  tinyint: [1, 2],
  smallint: [2, 4],
  mediumint: [4, 4],
  int: [4, 8],
  bigint: [8, null],
  year: [2, 2],
};

function neutral({ type, kind, maxLength }: Column): NeutralType {
  const name = /^\w+/.exec(type.toLowerCase())?.[0] ?? '';
  const sizes = integers[name];
  if (sizes) {
    const bytes = sizes[/\bunsigned\b/i.test(type) ? 1 : 0];
    // What goes beyond 64 bits with a sign.
    return bytes === null ? { kind: 'decimal', digits: 20, scale: 0 } : { kind: 'integer', bytes };
  }
  const [, digits, scale] = /^decimal\((\d+),(\d+)\)/i.exec(type) ?? [];
  if (digits !== undefined)
    return { kind: 'decimal', digits: Number(digits), scale: Number(scale) };
  // A TIMESTAMP is a moment, told in UTC by our sessions; a DATETIME is what was written.
  if (kind === 'timestamp') return { kind, zone: name === 'timestamp' };
  // Beyond these the limit is that of the memory.
  if (kind === 'text') return { kind, length: /^(var)?char$/.test(name) ? maxLength : null };
  if (name === 'bit') return { kind: 'bits', length: Number(/\d+/.exec(type)?.[0] ?? 1) };
  const isPlain = ['float', 'date', 'time', 'uuid', 'json', 'binary'].includes(kind);
  if (isPlain) return { kind } as NeutralType;
  return { kind: 'foreign', type };
}

export const carry: Carry = {
  neutral,

  read(type, value) {
    if (type.kind === 'binary') return typeof value === 'string' ? null : (value as Uint8Array);
    if (type.kind === 'bits')
      return value instanceof Uint8Array ? bitsOf(value, type.length) : null;
    if (value instanceof Uint8Array) return null;
    const text = String(value);
    switch (type.kind) {
      case 'decimal':
        return digitsOf(text);
      case 'timestamp':
        return /^0000|-00/.test(text) ? null : trimmedFraction(text);
      case 'date':
        return /^0000|-00/.test(text) ? null : text;
      case 'time':
        // Beyond a day, and below zero, it is a length of time.
        return /^([01]\d|2[0-3]):/.test(text) ? trimmedFraction(text) : null;
      default:
        return text;
    }
  },

  typeFor(type, isKey) {
    const as = (name: string, note: string | null = null) => {
      return { type: name, kind: kindOf(/^\w+/.exec(name)?.[0] ?? ''), note } as const;
    };
    switch (type.kind) {
      case 'integer':
        return as({ 1: 'tinyint', 2: 'smallint', 4: 'int', 8: 'bigint' }[type.bytes]);
      case 'decimal': {
        const { digits, scale } = type;
        if (digits !== null && digits <= 65 && (scale ?? 0) <= 30) {
          return as(`decimal(${digits},${scale ?? 0})`);
        }
        return as(isKey ? 'varchar(255)' : 'longtext', 'a text, so that each digit is kept');
      }
      case 'text':
        if (type.length !== null && type.length <= 16_000) return as(`varchar(${type.length})`);
        return isKey
          ? as('varchar(255)', 'a key takes no text of any length: one above 255 is refused')
          : as('longtext');
      case 'boolean':
        return as('tinyint(1)', 'true and false are 1 and 0');
      case 'timestamp':
        return as('datetime(6)', type.zone ? 'the moment in UTC, without its zone' : null);
      case 'time':
        return as('time(6)');
      case 'uuid':
        return as('char(36)', 'a text');
      case 'json':
        return as('longtext', 'a text: JSON of MySQL would write it anew');
      case 'float':
        return as('double');
      case 'binary':
        return as(isKey ? 'varbinary(255)' : 'longblob');
      case 'bits':
        return as(`bit(${type.length})`);
      case 'foreign':
        return as(
          isKey ? 'varchar(255)' : 'longtext',
          `it was ${type.type}, and is a text as that is written`,
        );
      default:
        return as(type.kind);
    }
  },

  write(type, value) {
    if (typeof value !== 'string') return value;
    if (type.kind === 'bits') return bytesOf(value);
    if (type.kind === 'boolean') return value === 'true' ? '1' : '0';
    if (type.kind === 'float' && !/\d/.test(value)) return null;
    return value;
  },

  fraction: 6,
  numbered: 'AUTO_INCREMENT',
  tableOptions: ' ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin',
  keysInside: true,
  longestName: 64,
};

/** @returns null where there are more bits than that */
function bitsOf(bytes: Uint8Array, length: number): string | null {
  const bits = BigInt(`0x0${Buffer.from(bytes).toString('hex')}`).toString(2);
  return bits.length <= length ? bits.padStart(length, '0') : null;
}

function bytesOf(bits: string): Uint8Array {
  const digits = BigInt(`0b${bits}`).toString(16);
  return Buffer.from(digits.padStart(2 * Math.ceil(bits.length / 8), '0'), 'hex');
}
