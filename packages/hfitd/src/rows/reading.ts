import type { MaskingKey } from '@hot-fixture/masking';
import type { Audit } from '../audit/audit.js';
import { Streams } from '../http/stream.js';
import { StreamShares } from '../http/stream-shares.js';
import { Digests } from '../volumes/digests.js';
import { Places } from './next.js';

/** What the routes of rows and files work with. */
export interface Reading {
  readonly maskingKey: MaskingKey;
  readonly places: Places;
  readonly streams: Streams;
  readonly shares: StreamShares;
  /** Folders, under the names that policies and users know them by. */
  readonly volumes: Readonly<Record<string, string>>;
  readonly digests: Digests;
}

/** @param patience with clients that take nothing, in milliseconds */
export function readingOf(
  maskingKey: MaskingKey,
  volumes: Readonly<Record<string, string>>,
  audit: Audit,
  patience: number | undefined,
): Reading {
  return {
    maskingKey,
    places: new Places(maskingKey),
    streams: new Streams(audit, patience),
    shares: new StreamShares(),
    volumes,
    digests: new Digests(),
  };
}
