import { cards, ibans } from './banking.js';
import type { Finding, Scan } from './finding.js';
import { nationalIds } from './national.js';
import { emails, ips, macs, places2d } from './network.js';
import { addresses, birthDates, personNames } from './people.js';
import { phones } from './phones.js';
import { passwordHashes, secrets } from './secrets.js';

/** Where two find something in one place, the one that checks more comes first. */
const scans: readonly Scan[] = [
  ...[secrets, passwordHashes, emails, ibans, cards, nationalIds, macs, ips, places2d],
  ...[birthDates, phones, addresses, personNames],
];

/**
 * Finds personal data and secrets in a text, in the order of their places, none within another. It
 * takes time in proportion to the length of the text, whatever is in it. What is found need not be
 * somebody's: an address at example.com is one, too.
 */
export function findPersonal(text: string): Finding[] {
  if (text.length < 3) return [];
  const found = scans.flatMap((scan, rank) => [...scan(text)].map((it) => ({ it, rank })));
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
