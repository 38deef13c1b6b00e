import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Access } from '../access/access.js';
import type { Declaration } from '../access/declaration.js';
import type { Audit } from '../audit/audit.js';
import type { Issuers } from '../auth/issuers.js';
import type { Revocations } from '../auth/revocations.js';
import type { Sessions } from '../auth/sessions.js';
import type { Tokens } from '../auth/tokens.js';
import type { Builder } from '../build/builder.js';
import type { Downloads } from '../build/downloads.js';
import type { Rules } from '../build/rules.js';
import type { Background } from '../jobs/background.js';
import type { Metrics } from '../metrics.js';
import type { Reading } from '../rows/reading.js';
import type { Sources } from '../sources.js';
import type { Storage } from '../storage/storage.js';
import type { Store } from '../store/tables.js';
import type { Tracing } from '../tracing/tracing.js';
import type { Limits } from './limits.js';

/** What the routes work with; made once at the start. */
export interface Service {
  readonly store: Store;
  readonly audit: Audit;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly issuers: Issuers;
  readonly access: Access;
  /** The file that says who may what, where there is one. */
  readonly declaration?: Declaration;
  readonly revocations: Revocations;
  readonly sources: Sources;
  /** In force now: whoever needs them for more than a moment takes them once. */
  readonly rules: Rules;
  /** The PEM text of the key that packages are checked with. */
  readonly signer: string;
  readonly reading: Reading;
  /** By the rules in force now. */
  readonly builder: Builder;
  readonly downloads: Downloads;
  /** Packages as jobs. */
  readonly background: Background;
  readonly storage: Storage;
  /** Shared with other daemons, where one is configured. It tries again when it is gone. */
  readonly redis: Redis | undefined;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly log: Logger;
  /** Whom tokens and challenges are for; known when the server listens. */
  audience(): string;
}
