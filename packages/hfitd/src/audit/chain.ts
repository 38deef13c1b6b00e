import { createHash } from 'node:crypto';
import type { AuditRecord } from './event.js';

/** What stands before the first record. */
export const beginning = '0'.repeat(64);

/** A record in its place: each holds the hash of the one before it. */
export interface ChainedRecord extends AuditRecord {
  /** From 1, without a gap, over all daemons that share a store. */
  readonly sequence: number;
  /** Which daemon wrote it. */
  readonly daemon: string;
  readonly previous: string;
}

/** SHA-256 over the canonical JSON of the record, in hexadecimal. */
export function hashOf(record: ChainedRecord): string {
  const { sequence, at, daemon, previous, request, who, action, target, outcome, details } = record;
  return sha256(
    canonical({
      sequence,
      at,
      daemon,
      previous,
      request,
      who,
      action,
      target: target ?? null,
      outcome,
      details: details ?? {},
    }),
  );
}

/**
 * Chains the lines of one file, where records of other daemons are not: SHA-256 over the value of
 * the line before and the hash of this one.
 */
export function lineChain(before: string, hash: string): string {
  return sha256(before + hash);
}

/** What a checkpoint signs. */
export function checkpointText(daemon: string, sequence: number, hash: string): string {
  return `hfitd audit checkpoint\n${daemon}\n${sequence}\n${hash}\n`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** JSON with the names of each object in order (RFC 8785, for values that JSON can hold). */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, it]) => it !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, it]) => `${JSON.stringify(name)}:${canonical(it)}`);
  return `{${entries.join(',')}}`;
}
