import type { ReadLimits } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';

const limits = ['statement', 'lock', 'idle'] as const;

/**
 * Reads `LIMIT=SECONDS` options: what reading may cost the servers that are read from.
 * @throws HFIT_OPTION_VALUE
 */
export function sourceLimitsOf(given: readonly string[]): Partial<ReadLimits> {
  const found: Partial<Record<(typeof limits)[number], number | null>> = {};
  for (const value of given) {
    const [, name, seconds] = /^(\w+)=(\d{1,7}(?:\.\d{1,3})?|none)$/.exec(value) ?? [];
    const limit = limits.find((it) => it === name);
    if (!limit || Number(seconds) === 0) {
      const reason = `it is not LIMIT=SECONDS, where the limit is ${limits.join(', ')}, and seconds are above 0 or none`;
      const help = 'hfit extract --help';
      throw new HfitError('HFIT_OPTION_VALUE', { option: '--source-limit', value, reason, help });
    }
    found[limit] = seconds === 'none' ? null : Number(seconds);
  }
  return found;
}
