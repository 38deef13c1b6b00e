import type { Kysely } from 'kysely';
import type { AccessTables } from './tables/access.js';
import type { CoreTables } from './tables/core.js';
import type { JobTables } from './tables/jobs.js';
import type { OperationTables } from './tables/operation.js';

/** The own data of the daemon. Moments are milliseconds since 1970 in UTC. */
export interface Tables extends CoreTables, AccessTables, JobTables, OperationTables {}

export type Store = Kysely<Tables>;
