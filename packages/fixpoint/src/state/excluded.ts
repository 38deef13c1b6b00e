import type { ChangeSet } from '@hot-fixture/changes';
import { type Database, type Guard, qualified, sameTable } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Scope } from './scope.js';

/**
 * Rows of excluded tables stay, whatever they point to. Where foreign keys act on them, and this
 * role cannot switch that off, it is refused before anything is written.
 * @throws HFIT_FIXPOINT_EXCLUDED
 */
export async function assertNoCascade(
  database: Database,
  changes: ChangeSet,
  { excluded }: Scope,
  guard: Guard,
): Promise<void> {
  const written = changes.tables.filter((it) => it.deleted.length + it.updated.length > 0);
  for (const child of excluded) {
    for (const { target, onDelete, onUpdate } of child.foreignKeys) {
      const parent = written.find((it) => sameTable(it, target));
      if (!parent || (isIdle(onDelete) && isIdle(onUpdate))) continue;
      const areOff = await database.transactionWithoutKeys(async (_, off) => off, guard);
      if (areOff) return;
      throw new HfitError('HFIT_FIXPOINT_EXCLUDED', {
        child: qualified(child),
        parent: qualified(parent),
        reason: 'a foreign key acts on them, and this role cannot keep it from that',
        advice: 'connect as a superuser, or as an owner who may switch its triggers off',
      });
    }
  }
}

const isIdle = (action: string) => action === 'no action' || action === 'restrict';

/** What is wrong where a row of an excluded table would be left over; null where it is another. */
export function leftOver(
  error: HfitError,
  changes: ChangeSet,
  { excluded }: Scope,
): HfitError | null {
  // Nothing is written to it, so its rows can be refused for what they point to alone.
  const child = excluded.find((it) => error.what.includes(` does not fit ${qualified(it)}, `));
  if (!child) return null;
  const targets = child.foreignKeys.map((it) => it.target);
  const parents = changes.tables.filter((it) => targets.some((target) => sameTable(it, target)));
  const values = {
    child: qualified(child),
    parent: parents.map(qualified).join(', '),
    reason: 'they would be left over',
    advice: 'delete those rows',
  };
  return new HfitError('HFIT_FIXPOINT_EXCLUDED', values, { cause: error });
}
