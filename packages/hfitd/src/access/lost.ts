import type { Holdings } from './access.js';
import type { Grant } from './grant.js';
import { isOpen } from './hours.js';

/**
 * Whether somebody may have less than when an answer was begun: what cannot be shown to be as much
 * counts as less. Whatever the answer is of.
 * @param begun when it was, in milliseconds
 */
export function hasLost(before: Holdings, begun: number, after: Holdings, now: number): boolean {
  const all = (kind: 'roles' | 'teams') => before[kind].every((it) => after[kind].includes(it));
  if (!all('roles') || !all('teams')) return true;
  if (!after.guarded) return false;
  if (!before.guarded) return true;
  const had = new Set(before.grants.map(({ id }) => id));
  const has = new Set(after.grants.map(({ id }) => id));
  const isGone = before.grants.some(
    ({ id, grant }) => !has.has(id) || (isOpenAt(grant, begun) && !isOpenAt(grant, now)),
  );
  return isGone || after.grants.some(({ id, grant }) => !had.has(id) && cutsDown(grant));
}

function isOpenAt({ hours }: Grant, moment: number): boolean {
  return hours === null || isOpen(hours, moment);
}

function cutsDown({ deny, limits }: Grant): boolean {
  return deny.length > 0 || Object.keys(limits).length > 0;
}
