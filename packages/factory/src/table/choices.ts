import { both, type Limits } from '../check/limits.js';
import type { ColumnFacts, TableFacts } from './facts.js';
import { against } from './refuse.js';

type Values = Record<string, unknown>;
type Make = (column: ColumnFacts) => unknown;

/**
 * Lets a row keep the checks that may be kept in several ways, such as one of two columns being null.
 * Only what nobody gave is changed.
 */
export function settleChoices(
  facts: TableFacts,
  values: Values,
  isGiven: (column: string) => boolean,
  make: Make,
): void {
  for (const branches of facts.choices) {
    const columns = branches.flatMap((it) => [...it.keys()]);
    // What a key holds is not known yet.
    if (columns.some((it) => facts.columns.get(it)?.points)) continue;
    const broken = branches.map((branch) => {
      return [...branch.keys()].filter((it) => !holds(branch.get(it) ?? {}, values[it] ?? null));
    });
    const at = broken.findIndex((names) => !names.some((it) => isGiven(it)));
    if (broken.some(({ length }) => length === 0)) continue;
    for (const name of broken[at] ?? []) {
      const column = facts.columns.get(name) as ColumnFacts;
      const { absent, ...limits } = branches[at]?.get(name) ?? {};
      values[name] = absent ? null : make({ ...column, wish: both(column.limits, limits) });
    }
  }
}

/** A check that is neither true nor false lets a row through, but it does not make another hold. */
function holds({ required, absent, ...limits }: Limits, value: unknown): boolean {
  if (absent) return value === null;
  if (value === null) return false;
  return required === true && Object.keys(limits).length === 0
    ? true
    : against(limits, value) === null;
}
