import { HfitError } from '@hot-fixture/errors';
import { bindMasker, type MaskerChoice } from '../bind.js';
import type { ColumnFacts } from '../column.js';
import { maskDecision } from '../policy/decision.js';
import { writtenAs } from '../policy/propose.js';
import { maskers } from '../registry.js';
import type { ColumnKind } from './column-names.js';

const hash: MaskerChoice = { masker: 'hash', options: {} };
const none: MaskerChoice = { masker: 'null', options: {} };
const same: MaskerChoice = { masker: 'format', options: {} };
const choice = (masker: string, options: MaskerChoice['options'] = {}) => ({ masker, options });

/** What suits a kind, the best first. */
const suited: Readonly<Record<ColumnKind, readonly MaskerChoice[]>> = {
  email: [choice('email'), hash, same, none],
  phone: [choice('phone'), same, hash, none],
  card: [same, choice('integer'), none],
  iban: [same, hash, none],
  'national-id': [same, choice('integer'), none],
  ip: [hash, none],
  mac: [hash, none],
  geo: [none, choice('constant', { value: '0' })],
  address: [choice('address', { part: 'street' }), hash, none],
  city: [choice('address', { part: 'city' }), hash, none],
  region: [none, choice('address', { part: 'city' }), hash],
  postcode: [choice('address', { part: 'postcode' }), hash, none],
  'person-name': [choice('personName'), hash, none],
  'given-name': [choice('personName', { part: 'given' }), hash, none],
  'family-name': [choice('personName', { part: 'family' }), hash, none],
  'user-name': [hash, same, none],
  'birth-date': [choice('dateShift', { days: 365 }), hash, none],
  secret: [none, hash, same],
  'password-hash': [none, hash],
  device: [hash, none],
  work: [choice('dateShift', { days: 365 }), none],
  image: [none],
  sensitive: [none],
  'free-text': [choice('redact')],
  // What it holds is decided by path.
  document: [],
};

/** Kinds whose values are numbers and labels, which tell of nobody by themselves. */
const plain = new Set(['boolean', 'enum', 'integer', 'decimal', 'float']);

/** When a row was written is a matter of the row. */
const written =
  /^(?:(?:date|time)_?)?(?:row_?)?(?:last_?)?(?:created|updated?|modified|inserted|changed|deleted|archived|synced)(?:_?(?:at|on|date|time|ts|utc))?$/i;

/**
 * What to write behind a column in which nothing was found: `keep` for numbers, labels, and when the
 * row was written; else `deny`, for nobody knows.
 */
export function proposalForNothing(name: string, kind: string): string {
  const isWritten = (kind === 'timestamp' || kind === 'date') && written.test(name);
  return plain.has(kind) || isWritten ? 'keep' : 'deny';
}

/** What to write behind a column of a kind: the best masker that can serve it, or `deny`. */
export function maskerFor(kind: ColumnKind, column: ColumnFacts): string {
  const fitting = choiceFor(kind, column);
  return fitting ? writtenAs(maskDecision(fitting)) : 'deny';
}

/**
 * Whether a masker may be proposed: `redact` lets leave what it does not find, so it takes texts in
 * which it has found something.
 */
export function isSeen(kind: ColumnKind, confidence: number): boolean {
  return kind !== 'free-text' || confidence > byName;
}

/** How sure a text is that people wrote, where only the name of its column says so. */
export const byName = 0.5;

/** The best masker for a kind that can serve the column; null where none can. */
export function choiceFor(kind: ColumnKind, column: ColumnFacts): MaskerChoice | null {
  return suited[kind].find((it) => canServe(it, column)) ?? null;
}

/** No value is masked here, so any key will do. */
const anyKey = new Uint8Array(32);

export function canServe(it: MaskerChoice, column: ColumnFacts): boolean {
  if (!maskers().some(({ name }) => name === it.masker)) return false;
  try {
    bindMasker(it, column, anyKey);
    return it.masker !== 'null' || column.nullable;
  } catch (error) {
    if (error instanceof HfitError) return false;
    throw error;
  }
}
