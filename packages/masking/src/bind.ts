import { HfitError } from '@hot-fixture/errors';
import type { ColumnFacts, Value } from './column.js';
import type { MaskingKey } from './key.js';
import type { Masker, OptionSpecs, OptionsOf, OptionValue } from './masker.js';
import { entropyUnder } from './prf.js';
import { maskerNamed } from './registry.js';

/** How often a mask that is its own value is drawn again. */
const attempts = 64;

/** What {@link bindMasker} needs of a decision. */
export interface MaskerChoice {
  readonly masker: string;
  /** Those that are not given have their defaults. */
  readonly options: Readonly<Record<string, OptionValue>>;
}

/**
 * A function that masks the values of one column: null stays null, and the same value gives the
 * same mask under the same key, in every table, database and run.
 * @throws HFIT_MASKER_UNFIT when the masker cannot serve the column, HFIT_POLICY_MASKER,
 *   HFIT_POLICY_OPTION_MISSING, HFIT_MASKING_KEY_INVALID; the function throws HFIT_MASKER_VALUE,
 *   which does not quote the value
 */
export function bindMasker(
  decision: MaskerChoice,
  column: ColumnFacts,
  key: MaskingKey,
): (value: Value) => Value {
  const masker = maskerNamed(decision.masker);
  const names = { masker: masker.name, column: column.name };
  const refuse = (reason: string) => new HfitError('HFIT_MASKER_UNFIT', { ...names, reason });
  const stuck = (reason: string) => new HfitError('HFIT_MASKER_VALUE', { ...names, reason });

  if (masker.kinds !== 'any' && !masker.kinds.includes(column.kind)) {
    const holds = `the column is of type ${column.type} (${column.kind})`;
    throw refuse(`it masks columns of the kinds ${masker.kinds.join(', ')}, and ${holds}`);
  }
  if (column.unique && masker.keeps.unique === false) {
    throw refuse(
      'the column is unique or part of a key, and two values of it might get the same mask',
    );
  }
  const mask = masker.bind({
    options: withDefaults(masker, decision.options),
    column,
    refuse,
    unreadable() {
      if (column.nullable) return null;
      throw stuck('it cannot be read, and the column does not take NULL in its place');
    },
  });

  const entropy = entropyUnder(key, masker.name, column.kind);
  const emptyStays = !masker.masksEmptyText;
  let current: NonNullable<Value> = '';
  let attempt = 0;
  let drawn = false;
  const draw = (instead?: string) => {
    drawn = true;
    return entropy(instead ?? current, attempt);
  };

  return (value) => {
    if (value === null || (value === '' && emptyStays)) return value;
    current = value;
    for (attempt = 0; attempt < attempts; attempt++) {
      drawn = false;
      const masked = mask(value, draw);
      if (!drawn || !isSame(masked, value)) return masked;
    }
    throw stuck('every mask that was tried is the value itself');
  };
}

function withDefaults<S extends OptionSpecs>(
  { name, options: specs }: Masker<S>,
  given: Readonly<Record<string, OptionValue>>,
): OptionsOf<S> {
  const options: Record<string, OptionValue> = {};
  for (const [option, spec] of Object.entries(specs)) {
    const value = Object.hasOwn(given, option) ? given[option] : spec.default;
    if (value === undefined) {
      const example = `{ mask: ${name}, ${option}: … }`;
      throw new HfitError('HFIT_POLICY_OPTION_MISSING', { masker: name, option, example });
    }
    options[option] = value;
  }
  return options as OptionsOf<S>;
}

/** Upper and lower case do not make another name of a name. */
function isSame(masked: Value, value: NonNullable<Value>): boolean {
  if (masked === value) return true;
  if (typeof masked === 'string' && typeof value === 'string') {
    return masked.length === value.length && masked.toLowerCase() === value.toLowerCase();
  }
  const bothBytes = masked instanceof Uint8Array && value instanceof Uint8Array;
  return bothBytes && Buffer.compare(masked, value) === 0;
}
