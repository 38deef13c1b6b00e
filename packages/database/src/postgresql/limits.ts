import type { Dialect } from '../dialect.js';

/** All of it ends with the transaction. */
export const limitReads: NonNullable<Dialect['limitReads']> = async (session, limits) => {
  const set = (name: string, seconds: number | null) =>
    `SET LOCAL ${name} = ${Math.round((seconds ?? 0) * 1000)}`;
  const again = set('statement_timeout', limits.statement);
  const others = [
    set('lock_timeout', limits.lock),
    set('idle_in_transaction_session_timeout', limits.idle),
  ];
  await session.run([again, ...others].join(';\n'));
  // A cursor sends rows in statements of their own, and COPY all of them in one.
  return { lift: set('statement_timeout', null), again, liftsForRows: false, undo: [] };
};
