import type { MaskerChoice } from './bind.js';
import type { Decision } from './policy/decision.js';
import { isBuiltIn } from './registry.js';

/**
 * A choice that another thread can bind, as data alone; null where it names a masker that is known
 * here only.
 */
export function sentChoice({ masker, options }: MaskerChoice): MaskerChoice | null {
  if (!isBuiltIn(masker)) return null;
  const entries = Object.entries(options).map(([name, value]) => {
    return [name, typeof value === 'object' ? sentDecisions(value) : value] as const;
  });
  if (entries.some(([, value]) => value === null)) return null;
  return { masker, options: Object.fromEntries(entries) as MaskerChoice['options'] };
}

function sentDecisions(decisions: Readonly<Record<string, Decision>>) {
  const entries = Object.entries(decisions).map(([path, it]) => {
    if (it.kind !== 'mask') return [path, it] as const;
    const choice = sentChoice(it);
    return [path, choice && { kind: it.kind, ...choice }] as const;
  });
  return entries.some(([, it]) => it === null) ? null : Object.fromEntries(entries);
}
