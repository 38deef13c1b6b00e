/** What a text or a column can hold of people, or of what nobody else should know. */
export const personalKinds = [
  'email',
  'phone',
  'card',
  'iban',
  'national-id',
  'ip',
  'mac',
  'geo',
  'address',
  'person-name',
  'birth-date',
  'secret',
  'password-hash',
] as const;

export type PersonalKind = (typeof personalKinds)[number];

/** A place of a text that holds personal data. */
export interface Finding {
  readonly kind: PersonalKind;
  /** Of its first UTF-16 unit, and of the one after its last. */
  readonly start: number;
  readonly end: number;
  /** Why it was taken for that. It never quotes the text. */
  readonly evidence: string;
}

/** Finds one kind of thing, in time that grows with the length of the text and no faster. */
export type Scan = (text: string) => Iterable<Finding>;
