import { cards, ibans } from './banking.js';
import type { Finding, Scan } from './finding.js';
import { nationalIds } from './national.js';
import { emails, ips, macs, places2d } from './network.js';
import { addresses, birthDates, personNames } from './people.js';
import { phones } from './phones.js';
import { passwordHashes, secrets } from './secrets.js';
import { type Traits, traitsOf } from './traits.js';

/**
 * Each scan, and what a text must have before it can find anything. Where two find something in one
 * place, the one that checks more comes first.
 */
export const scans: readonly (readonly [Scan, (it: Traits, length: number) => boolean])[] = [
  [secrets, ({ has }, length) => length >= 16 || has(':') || has('=') || has(' ')],
  [passwordHashes, ({ has }) => has('$') || has('{') || has('*') || has(':')],
  [emails, ({ has }) => has('@')],
  [ibans, ({ digits, letters }, length) => digits >= 4 && letters >= 2 && length >= 15],
  [cards, ({ digits }) => digits >= 12],
  [nationalIds, ({ digits }) => digits >= 6],
  [macs, ({ has }, length) => length >= 14 && (has(':') || has('-') || has('.'))],
  [ips, ({ digits, has }) => digits >= 2 && (has('.') || has(':'))],
  [places2d, ({ digits, has }) => digits >= 2 && (has('.') || has('('))],
  [birthDates, ({ digits, letters }) => digits >= 4 && letters >= 1],
  [phones, ({ digits }) => digits >= 7],
  [addresses, ({ digits, letters }) => digits >= 1 && letters >= 3],
  [personNames, ({ capitals }) => capitals >= 1],
];

/**
 * Finds personal data and secrets in a text, in the order of their places, none within another. It
 * takes time in proportion to the length of the text, whatever is in it. What is found need not be
 * somebody's: an address at example.com is one, too.
 */
export function findPersonal(text: string): Finding[] {
  if (text.length < 3) return [];
  const traits = traitsOf(text);
  const found = scans.flatMap(([scan, mayFind], rank) =>
    mayFind(traits, text.length) ? [...scan(text)].map((it) => ({ it, rank })) : [],
  );
  if (found.length < 2) return found.map(({ it }) => it);
  // Of those that overlap, the first in rank stays, and of one rank the longer.
  found.sort((a, b) => a.rank - b.rank || lengthOf(b.it) - lengthOf(a.it));
  const taken = new Uint8Array(text.length);
  const kept = found.filter(({ it: { start, end } }) => {
    const isFree = !taken.subarray(start, end).includes(1);
    if (isFree) taken.fill(1, start, end);
    return isFree;
  });
  return kept.map(({ it }) => it).sort((a, b) => a.start - b.start);
}

const lengthOf = ({ start, end }: Finding) => end - start;
