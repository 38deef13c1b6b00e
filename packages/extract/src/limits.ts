import type { ReadLimits } from '@hot-fixture/database';

/**
 * What an extraction may cost a server that it reads from, in seconds, where nobody says more: a
 * question that takes minutes reads a large table from end to end; who waits for a lock keeps those
 * behind him waiting; and an idle transaction keeps old rows from being cleaned away.
 */
export const defaultLimits: ReadLimits = { statement: 300, lock: 10, idle: 600 };
