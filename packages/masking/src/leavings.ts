import type { MaskerChoice } from './bind.js';
import type { Leavings } from './masker.js';
import type { OptionValue } from './options.js';
import { maskers } from './registry.js';

/**
 * What of a mask may be as it was in the value: a function that gives it as a text to search, or
 * null where nothing stays. Of a masker or of options that nobody knows, all of it may be.
 */
export function leavingsOf(choice: MaskerChoice): Leavings | null {
  const masker = maskers().find(({ name }) => name === choice.masker);
  if (!masker) return all;
  if (!masker.leaves) return null;
  const options: Record<string, OptionValue> = {};
  for (const [name, { default: value }] of Object.entries(masker.options)) {
    if (value !== undefined) options[name] = value;
  }
  return masker.leaves({ ...options, ...choice.options }, leavingsOf) ?? all;
}

const all: Leavings = (masked) => masked;
