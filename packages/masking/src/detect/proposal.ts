import { HfitError } from '@hot-fixture/errors';
import { bindMasker, type MaskerChoice } from '../bind.js';
import type { ColumnFacts } from '../column.js';
import { maskDecision } from '../policy/decision.js';
import { writtenAs } from '../policy/propose.js';
import { maskers } from '../registry.js';
import type { ColumnKind } from './column-names.js';

const hash: MaskerChoice = { masker: 'hash', options: {} };
const none: MaskerChoice = { masker: 'null', options: {} };
const choice = (masker: string, options: MaskerChoice['options'] = {}) => ({ masker, options });

/** What suits a kind, the best first. */
const suited: Readonly<Record<ColumnKind, readonly MaskerChoice[]>> = {
  email: [choice('email'), hash, none],
  phone: [choice('phone'), hash, none],
  card: [hash, none],
  iban: [hash, none],
  'national-id': [hash, none],
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
  'user-name': [hash, none],
  'birth-date': [choice('dateShift', { days: 365 }), hash, none],
  secret: [none, hash],
  'password-hash': [none, hash],
  image: [none],
  sensitive: [none],
  'free-text': [choice('redact')],
  document: [],
};

/** Kinds whose values are numbers and labels, which tell of nobody by themselves. */
const plain = new Set(['boolean', 'enum', 'integer', 'decimal', 'float']);

/**
 * What to write behind a column in a policy: a masker that can serve it; `keep` for numbers and labels in
 * which nothing was found; else `deny`.
 */
export function proposalOf(
  kind: ColumnKind | null,
  {
    name,
    type,
    facts,
    kind: valueKind,
  }: {
    readonly name: string;
    readonly type: string;
    readonly kind: string;
    readonly facts?: Partial<Omit<ColumnFacts, 'name' | 'type'>>;
  },
): string {
  if (kind === null) return plain.has(valueKind) ? 'keep' : 'deny';
  const column: ColumnFacts = {
    ...{ nullable: true, unique: false, maxLength: null },
    ...facts,
    ...{ name, type, kind: valueKind },
  };
  const fitting = suited[kind].find((it) => canServe(it, column));
  return fitting ? writtenAs(maskDecision(fitting)) : 'deny';
}

/** No value is masked here, so any key will do. */
const anyKey = new Uint8Array(32);

function canServe(it: MaskerChoice, column: ColumnFacts): boolean {
  if (!maskers().some(({ name }) => name === it.masker)) return false;
  try {
    bindMasker(it, column, anyKey);
    return it.masker !== 'null' || column.nullable;
  } catch (error) {
    if (error instanceof HfitError) return false;
    throw error;
  }
}
