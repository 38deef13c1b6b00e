import type { Draws } from '../draws.js';
import type { Source } from '../source.js';
import { composed, joined, type Space } from '../space.js';
import type { IpRange, MacVendor, Spec } from '../types.js';

/** A block of IPv4 addresses: its first one, and how many bits of them are the same. */
type Block = readonly [first: string, bits: number];

/** RFC 1918, and what RFC 5737 sets aside for documentation: those addresses reach nobody. */
const blocks: Readonly<Record<Exclude<IpRange, 'public'>, readonly Block[]>> = {
  private: [
    ['10.0.0.0', 8],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
  ],
  documentation: [
    ['192.0.2.0', 24],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
  ],
};

/** What is not reachable from everywhere: the special-purpose registry of IANA (RFC 6890). */
const special: readonly Block[] = [
  ...blocks.private,
  ...blocks.documentation,
  ...([
    ['0.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
  ] as const),
  ...([
    ['192.0.0.0', 24],
    ['192.31.196.0', 24],
    ['192.52.193.0', 24],
  ] as const),
  ...([
    ['192.88.99.0', 24],
    ['192.175.48.0', 24],
    ['198.18.0.0', 15],
  ] as const),
  ['224.0.0.0', 3],
];

/** RFC 3849, RFC 4193, and a block of global unicast that IANA gave to ARIN. */
const prefixes6: Readonly<Record<IpRange, string>> = {
  documentation: '2001:0db8',
  private: 'fd**:****',
  public: '260*:****',
};

/** Organisationally unique identifiers, as registered at the IEEE. */
export const vendorPrefixes: Readonly<Record<MacVendor, readonly string[]>> = {
  cisco: ['00:00:0c', '00:1b:54', '00:40:96', '58:97:bd'],
  mikrotik: ['4c:5e:0c', '64:d1:54', '6c:3b:6b', 'd4:ca:6d', 'e4:8d:8c'],
  ubiquiti: ['04:18:d6', '24:a4:3c', '44:d9:e7', '80:2a:a8', 'f0:9f:c2'],
};

export function ipAddress({
  range = 'documentation',
  version = 4,
}: Spec<'ipAddress'>): Source<string> {
  if (version === 6) return hexadecimal(`${prefixes6[range]}:****:****:****:****:****:****`);
  return joined(spansOf(range).map(([first, size]) => ({ size, at: (i) => dotted(first + i) })));
}

/** Of a vendor; without one, of an address that is administered locally and belongs to nobody. */
export function macAddress({ vendor }: Spec<'macAddress'>): Source<string> {
  const prefixes = vendor === undefined ? ['02:**:**'] : vendorPrefixes[vendor];
  return joined(prefixes.map((prefix) => hexadecimal(`${prefix}:**:**:**`)));
}

/** Of version 4 (RFC 9562). */
export function uuid(): Source<string> {
  return composed((draws) => {
    const start = `${quad(draws)}${quad(draws)}-${quad(draws)}-4${digits(draws, 3)}-`;
    return `${start}${'89ab'[draws.below(4)]}${digits(draws, 3)}-${quad(draws)}${quad(draws)}${quad(draws)}`;
  });
}

/** Fills each `*` with a hexadecimal digit, up to four of them at once. */
function hexadecimal(pattern: string): Space<string> {
  const pieces = pattern.match(/\*{1,4}|[^*]+/g) ?? [];
  return composed((draws) => {
    let text = '';
    for (const piece of pieces) text += piece[0] === '*' ? digits(draws, piece.length) : piece;
    return text;
  });
}

const quad = (draws: Draws) => digits(draws, 4);

function digits(draws: Draws, count: number): string {
  return draws
    .below(16 ** count)
    .toString(16)
    .padStart(count, '0');
}

function spansOf(range: IpRange): (readonly [first: number, size: number])[] {
  const spans = (range === 'public' ? special : blocks[range])
    .map(([first, bits]) => [numeric(first), 2 ** (32 - bits)] as const)
    .sort(([a], [b]) => a - b);
  if (range !== 'public') return spans;
  let next = 0;
  const between: (readonly [number, number])[] = [];
  for (const [first, size] of spans) {
    if (first > next) between.push([next, first - next]);
    next = first + size;
  }
  return between;
}

const numeric = (address: string) =>
  address.split('.').reduce((number, part) => number * 256 + Number(part), 0);

const dotted = (number: number) =>
  `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
