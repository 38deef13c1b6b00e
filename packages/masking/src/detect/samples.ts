import type { Value } from '../column.js';
import { findPersonal } from './find.js';
import type { Finding, PersonalKind } from './finding.js';

/** Of one value, only so many characters are looked at. */
const longest = 4000;

/** What the values of a column hold, as numbers of values that differ. */
export interface Looked {
  /** The different values that are not null, as texts. */
  readonly texts: readonly string[];
  /** How many of them are one such thing as a whole, or nearly so. */
  readonly whole: ReadonlyMap<PersonalKind, number>;
  /** How many of them hold one within other words. */
  readonly within: ReadonlyMap<PersonalKind, number>;
  /** What was said of the first of each kind. */
  readonly evidence: ReadonlyMap<PersonalKind, string>;
}

/** Looks into the values of a column; bytes are left out. */
export function look(samples: readonly Value[]): Looked {
  const texts = textsOf(samples);
  const whole = new Map<PersonalKind, number>();
  const within = new Map<PersonalKind, number>();
  const evidence = new Map<PersonalKind, string>();
  for (const text of texts) {
    const trimmed = text.trim();
    const wholes = new Set<PersonalKind>();
    const parts = new Set<PersonalKind>();
    for (const finding of findPersonal(trimmed)) {
      (covers(finding, trimmed) ? wholes : parts).add(finding.kind);
      if (!evidence.has(finding.kind)) evidence.set(finding.kind, finding.evidence);
    }
    for (const kind of wholes) whole.set(kind, (whole.get(kind) ?? 0) + 1);
    for (const kind of parts) if (!wholes.has(kind)) within.set(kind, (within.get(kind) ?? 0) + 1);
  }
  return { texts, whole, within, evidence };
}

function textsOf(samples: readonly Value[]): string[] {
  const found = new Set<string>();
  for (const value of samples) {
    if (value === null || typeof value === 'object') continue;
    const text = String(value).slice(0, longest);
    if (text.trim() !== '') found.add(text);
  }
  return [...found];
}

/** Nearly all of it: a name may have a title before it, and an address a city behind it. */
function covers({ kind, start, end }: Finding, text: string): boolean {
  const share = (end - start) / text.length;
  return share >= (kind === 'address' || kind === 'person-name' ? 0.4 : 0.8);
}
