import type { Migration } from 'kysely';
import type { StoreKind } from '../kind.js';

/** A migration, for the kind of database that the store is in. Moments are `bigint`. */
export type StoreMigration = (kind: StoreKind) => Migration;
