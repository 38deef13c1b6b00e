import { isIPv6 } from 'node:net';
import { bounded, places } from './bounded.js';
import type { Finding } from './finding.js';

const address = bounded(
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}_%+'-](?:[\p{L}\p{N}._%+'-]{0,63})@(?:[\p{L}\p{N}-]{1,63}\.){1,8}(?:\p{L}{2,24}|xn--[a-z\d-]{2,59})(?![\p{L}\p{N}-])/gu,
);

/** E-mail addresses, of any script (RFC 5321 and 6531), without quoted names. */
export function* emails(text: string): Generator<Finding> {
  if (!text.includes('@')) return;
  for (const { start, end } of places(address, text)) {
    yield { kind: 'email', start, end, evidence: 'an e-mail address: a name, @ and a domain' };
  }
}

const version4 = bounded(/(?<![\p{L}\p{N}.-])\d{1,3}(?:\.\d{1,3}){3}(?![\p{L}\p{N}]|[.-]\d)/gu);
const version6 = bounded(
  /(?<![\p{L}\p{N}:.])[\dA-Fa-f]{3,4}:[\dA-Fa-f:.]{2,41}(?![\p{L}\p{N}:])/gu,
);
const isVersion = bounded(/(?:version|release|build|ver\.?|v\.?)\s{0,2}$/iu);

/** Addresses of machines on a network (RFC 791, RFC 4291), but those that mean this machine or all. */
export function* ips(text: string): Generator<Finding> {
  for (const { value, start, end } of places(version4, text)) {
    const parts = value.split('.');
    const isOne = parts.every((part) => Number(part) < 256 && String(Number(part)) === part);
    const isNobody = /^(?:0|127)\.|^255\.255\.255\.|\.0\.0\.0$/.test(value);
    if (!isOne || isNobody || isVersion.test(text.slice(Math.max(0, start - 12), start))) continue;
    yield { kind: 'ip', start, end, evidence: 'an IPv4 address: four numbers below 256' };
  }
  if (!text.includes(':')) return;
  for (const { value, start, end } of places(version6, text)) {
    const colons = value.split(':').length - 1;
    if (colons < 2 || !isIPv6(value)) continue;
    yield { kind: 'ip', start, end, evidence: 'an IPv6 address' };
  }
}

const macs48 = bounded(
  /(?<![\p{L}\p{N}:-])(?:[\dA-F]{2}([:-])(?:[\dA-F]{2}\1){4}[\dA-F]{2}|[\dA-F]{4}\.[\dA-F]{4}\.[\dA-F]{4})(?![\p{L}\p{N}:.-])/giu,
);

/** Addresses of network cards (IEEE 802, EUI-48), but those of none and of all. */
export function* macs(text: string): Generator<Finding> {
  for (const { value, start, end } of places(macs48, text)) {
    if (/^[0.:-]{1,17}$|^[f.:-]{1,17}$/i.test(value)) continue;
    yield { kind: 'mac', start, end, evidence: 'a MAC address: twelve hexadecimal digits' };
  }
}

const pair = bounded(
  /(?<![\p{L}\p{N}.,-])-?(\d{1,3}\.\d{4,15})\s{0,2}[,;]\s{0,2}-?(\d{1,3}\.\d{4,15})(?![\p{L}\p{N}.])/gu,
);
const point = bounded(
  /\bPOINT\s{0,2}\(\s{0,2}-?\d{1,3}(?:\.\d{1,15})?\s{1,2}-?\d{1,3}(?:\.\d{1,15})?\s{0,2}\)/giu,
);

/** Places on earth, to ten metres or better. */
export function* places2d(text: string): Generator<Finding> {
  for (const { start, end, match } of places(pair, text)) {
    const [one, other] = [Number(match[1]), Number(match[2])];
    if (Math.min(one, other) > 90 || Math.max(one, other) > 180) continue;
    // A column of so many decimals writes round numbers so, too.
    if (match[1]!.endsWith('00') && match[2]!.endsWith('00')) continue;
    const evidence = 'a place: latitude and longitude with four decimals or more';
    yield { kind: 'geo', start, end, evidence };
  }
  for (const { start, end } of places(point, text)) {
    yield { kind: 'geo', start, end, evidence: 'a place: a POINT of longitude and latitude' };
  }
}
