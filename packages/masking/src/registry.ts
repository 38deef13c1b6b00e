import { HfitError } from '@hot-fixture/errors';
import type { Masker } from './masker.js';
import { address } from './maskers/address.js';
import { constant } from './maskers/constant.js';
import { dateShift } from './maskers/date-shift.js';
import { email } from './maskers/email.js';
import { format } from './maskers/format.js';
import { hash } from './maskers/hash.js';
import { integer } from './maskers/integer.js';
import { json } from './maskers/json.js';
import { noise } from './maskers/noise.js';
import { nothing } from './maskers/null.js';
import { personName } from './maskers/person-name.js';
import { phone } from './maskers/phone.js';
import { redact } from './maskers/redact.js';
import type { OptionSpecs } from './options.js';

const registry = new Map<string, Masker>();

/**
 * Adds a masker to those that a policy can name, for this process. Do so before the policy is
 * parsed.
 * @returns takes it back: from then on no policy can name it
 * @throws HFIT_MASKER_NAME when the name is taken, or none that a policy can hold
 */
export function registerMasker<S extends OptionSpecs>(masker: Masker<S>): () => void {
  const { name } = masker;
  const refuse = (reason: string) => new HfitError('HFIT_MASKER_NAME', { masker: name, reason });
  if (!/^[a-z][\w-]*$/i.test(name)) throw refuse('this is no name');
  if (name === 'keep' || name === 'deny') throw refuse('the word has a meaning of its own');
  if (registry.has(name)) throw refuse('there is one of this name');
  registry.set(name, masker);
  return () => {
    // By now the name may be another one's.
    if (registry.get(name) === masker) registry.delete(name);
  };
}

/** The maskers that a policy can name, in the order of their registration. */
export function maskers(): readonly Masker[] {
  return [...registry.values()];
}

/**
 * @throws HFIT_POLICY_MASKER
 * @param where the place in the policy that names it, if it is known
 */
export function maskerNamed(name: string, where?: string): Masker {
  const masker = registry.get(name);
  if (masker) return masker;
  const known = [...registry.keys()].join(', ');
  throw new HfitError('HFIT_POLICY_MASKER', { masker: name, known }, where ? { where } : {});
}

const ours = [
  ...[hash, integer, format, email, personName, phone, address, dateShift],
  ...[noise, redact, json, nothing, constant],
];
for (const masker of ours) {
  registerMasker<OptionSpecs>(masker);
}

/** Whether a masker is there in every thread and process, and not only where it was registered. */
export function isBuiltIn(name: string): boolean {
  return ours.some((masker) => masker.name === name);
}
