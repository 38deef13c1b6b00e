import type { ColumnKind } from './column-names.js';

const nouns: Readonly<Record<ColumnKind, string>> = {
  email: 'e-mail address',
  phone: 'phone number',
  card: 'card number',
  iban: 'bank account',
  'national-id': 'national id',
  ip: 'IP address',
  mac: 'MAC address',
  geo: 'place on earth',
  address: 'address',
  'person-name': 'name of a person',
  'birth-date': 'date of birth',
  secret: 'key or token',
  'password-hash': 'password',
  'given-name': 'given name',
  'family-name': 'family name',
  city: 'city of an address',
  region: 'region of an address',
  postcode: 'postcode',
  'user-name': 'user name',
  device: 'device of a person',
  work: 'work of a person',
  image: 'picture of a person',
  sensitive: 'what is nobody else’s business',
  'free-text': 'text that people wrote',
  document: 'document with personal data',
};

/** What a kind is called where people read it. */
export function nounOf(kind: ColumnKind): string {
  return nouns[kind];
}

/** `1 value`, `2 values`. */
export function thingsOf(count: number, thing: string): string {
  return `${count.toLocaleString('en-US')} ${thing}${count === 1 ? '' : 's'}`;
}
