import { HfitError } from '@hot-fixture/errors';

/**
 * Asked by the simple protocol. Outside of a transaction, a statement begins one of its own, at
 * the same moment; the extended protocol takes a new moment for each of its messages.
 */
export const isInTransaction = 'SELECT now() <> statement_timestamp() AS open';

/** Somebody else's transaction, which ours would end. */
export function transactionIsOpen(database: string): HfitError {
  return new HfitError('HFIT_DATABASE_BUSY', { database, reason: 'a transaction is open on it' });
}
