import type { Migration } from 'kysely';
import type { StoreKind } from '../kind.js';
import { first } from './0001-first.js';
import { access } from './0010-access.js';
import { jobs } from './0020-jobs.js';
import { auditChain } from './0030-audit-chain.js';
import { trace } from './0040-trace.js';
import type { StoreMigration } from './migration.js';

/** Run in the order of their names. One that was released is never changed: add another. */
const all: Record<string, StoreMigration> = {
  '0001-first': first,
  '0010-access': access,
  '0020-jobs': jobs,
  '0030-audit-chain': auditChain,
  '0040-trace': trace,
};

export function migrationsOf(kind: StoreKind): Record<string, Migration> {
  return Object.fromEntries(Object.entries(all).map(([name, make]) => [name, make(kind)]));
}
