import type { Column } from '../model.js';

export const anyForm = /^/;
const integer = /^(0|-?[1-9]\d*)$/;
const decimal = /^(?!-[0.]+$)-?(0|[1-9]\d*)(\.\d+)?$/;
const number = /^-?\d+(\.\d+)?(e[-+]?\d+)?$/;
const day = '[1-9]\\d{3}-\\d\\d-\\d\\d';
const time = '([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d';

const forms: readonly (readonly [type: RegExp, form: RegExp])[] = [
  [/^(text|character varying(\(\d+\))?|json)$/, anyForm],
  [/^(smallint|integer|bigint)$/, integer],
  [/^boolean$/, /^[tf]$/],
  [/^numeric$/, decimal],
  [/^double precision$/, number],
  [/^uuid$/, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/],
  [/^date$/, new RegExp(`^${day}$`)],
  [/^time without time zone$/, new RegExp(`^${time}$`)],
  // What comes back is a moment: the session is in UTC.
  [/^timestamp(\([3-6]\))? with(out)? time zone$/, new RegExp(`^${day} ${time}(\\.\\d{1,3})?$`)],
  // The keys of an object come back in another order.
  [/^jsonb$/, /^[^{]*$/],
];

/**
 * The form in which a value comes back as it was given; other ones the server may write anew.
 * @returns null where that is not known of the type
 */
export function settledForm({ kind, type }: Column): RegExp | null {
  if (kind === 'enum') return anyForm;
  const scale = /^numeric\(\d+,(\d+)\)$/.exec(type)?.[1];
  if (scale !== undefined) {
    const fraction = scale === '0' ? '' : `\\.\\d{${scale}}`;
    return new RegExp(`^(?!-[0.]+$)-?(0|[1-9]\\d*)${fraction}$`);
  }
  return forms.find(([types]) => types.test(type))?.[1] ?? null;
}
