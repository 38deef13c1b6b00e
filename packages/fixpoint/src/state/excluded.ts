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
      const values = { child: qualified(child), parent: qualified(parent) };
      throw new HfitError('HFIT_FIXPOINT_EXCLUDED', values);
    }
  }
}

const isIdle = (action: string) => action === 'no action' || action === 'restrict';
