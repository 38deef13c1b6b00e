import type { ValueKind } from '@hot-fixture/database';
import { any, near, pattern, type Volatile } from './rules.js';

/** What a tag says: the rule, and the value that is stored with it, as its database writes it. */
export interface ReadTag {
  readonly rule: Volatile;
  /** Null where none stands there. */
  readonly stored: string | null;
}

const kindList: readonly ValueKind[] = [
  ...(['text', 'integer', 'decimal', 'float', 'boolean', 'date', 'time'] as const),
  ...(['timestamp', 'uuid', 'enum', 'json', 'binary', 'array', 'other'] as const),
];
const kinds = new Set<string>(kindList);

const units = new Map([
  ...['ms', 'millisecond', 'milliseconds'].map((it) => [it, 0.001] as const),
  ...['s', 'second', 'seconds'].map((it) => [it, 1] as const),
  ...['min', 'minute', 'minutes'].map((it) => [it, 60] as const),
  ...['h', 'hour', 'hours'].map((it) => [it, 3600] as const),
  ...['d', 'day', 'days'].map((it) => [it, 86_400] as const),
]);

/**
 * Reads a volatile value as it stands in a file:
 *
 * - `!any`, `!any timestamp`: any value but NULL, of that kind
 * - `!pattern "[0-9a-f]{40}"`: any text that the pattern matches as a whole
 * - `!near 5s`: within 5 seconds of now; also `500ms`, `2 minutes`, `1h`, `1d`
 * - `!near 5s 2026-11-21 10:00:00`: within 5 seconds of this time
 * - `!near 0.01 12.50`: no further than 0.01 from this number
 *
 * @param tag `any`, `pattern` or `near`, with or without the mark before it
 * @returns the reason, for a message, where it cannot be read
 */
export function readTag(tag: string, text: string): ReadTag | string {
  const name = tag.replace(/^!/, '');
  if (name === 'any') return readAny(text.trim());
  if (name === 'pattern') return readPattern(text);
  if (name === 'near') return readNear(text.trim());
  return `the tag !${name} is not known; known are !any, !pattern and !near`;
}

function readAny(text: string): ReadTag | string {
  if (text === '') return { rule: any(), stored: null };
  const [kind = '', ...rest] = text.split(' ');
  if (!kinds.has(kind)) return `"${kind}" is no kind of value; kinds are ${[...kinds].join(', ')}`;
  return { rule: any(kind as ValueKind), stored: rest.length > 0 ? rest.join(' ') : null };
}

function readPattern(text: string): ReadTag | string {
  try {
    return { rule: pattern(new RegExp(text, 'u')), stored: null };
  } catch (error) {
    return `the pattern cannot be read: ${(error as Error).message}`;
  }
}

function readNear(text: string): ReadTag | string {
  const match = /^(\d+(?:\.\d+)?)(?: ?([a-z]+))?(?: (.+))?$/s.exec(text);
  const [, size = '', unit, stored = null] = match ?? [];
  const factor = unit === undefined ? null : units.get(unit);
  if (!match || factor === undefined) {
    return '!near wants a distance, such as 5s or 2 minutes for a time, or 0.01 12.50 for a number';
  }
  if (factor === null) {
    if (stored === null) return '!near wants the number too that it is near to, as in 0.01 12.50';
    return { rule: { rule: 'near', by: size }, stored };
  }
  return {
    rule: near({ seconds: Number(size) * factor, of: stored === null ? 'now' : 'stored' }),
    stored,
  };
}
