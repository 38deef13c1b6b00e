import { HfitError } from '@hot-fixture/errors';
import type { Context } from './command.js';

type Help = Pick<Context, 'help'>;

/**
 * The value of an option that takes a whole number from 1 on.
 * @throws HFIT_OPTION_VALUE
 */
export function wholeNumber({ help }: Help, option: string, value: string, most = 1e9): number {
  if (/^[1-9]\d{0,8}$/.test(value) && Number(value) <= most) return Number(value);
  const reason = `it is no whole number from 1 ${most < 1e9 ? `to ${most}` : 'on'}`;
  throw new HfitError('HFIT_OPTION_VALUE', { option, value, reason, help });
}

/** The moment of an option: a date, a date with a time, or how long ago, such as 7d or 12h. */
export function moment({ help }: Help, option: string, value: string, now = Date.now()): string {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(value) ?? [];
  const ago = unit && Number(count) * { m: 60_000, h: 3_600_000, d: 86_400_000 }[unit as 'm'];
  const at = ago ? now - ago : /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  const reason =
    'it is no date, such as 2026-03-01 or 2026-03-01T08:30:00Z, and not 7d, 12h or 30m';
  throw new HfitError('HFIT_OPTION_VALUE', { option, value, reason, help });
}

/** Facts that are given as NAME=VALUE; a name that is given again makes a list. */
export function pairs(
  { help }: Help,
  option: string,
  given: readonly string[],
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const text of given) {
    const [, name, value] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined || Object.hasOwn(values, name)) {
      const reason = name === undefined ? 'it is not NAME=VALUE' : 'that name is given twice';
      throw new HfitError('HFIT_OPTION_VALUE', { option, value: text, reason, help });
    }
    values[name] = value;
  }
  return values;
}
