import { HfitError } from '@hot-fixture/errors';
import { type BoundBytes, boundBytes } from './bound-bytes.js';
import type { ColumnFacts, Value } from './column.js';
import type { MaskingKey } from './key.js';
import type { Binding, Masker } from './masker.js';
import type { OptionSpecs, OptionsOf, OptionValue } from './options.js';
import { Permutations } from './permute/permutation.js';
import { type Entropy, entropyUnder } from './prf.js';
import { maskerNamed } from './registry.js';

/** How often a mask that is its own value is drawn again. */
const attempts = 64;

/** What {@link bindMasker} needs of a decision. */
export interface MaskerChoice {
  readonly masker: string;
  /** Those that are not given have their defaults. */
  readonly options: Readonly<Record<string, OptionValue>>;
}

/** The columns of the rows that a mask is made in, in their order. */
export type TableFacts = readonly Pick<ColumnFacts, 'name' | 'kind'>[];

/** Masks a value; `row` has the values of the columns that the masker was bound with, unmasked. */
export interface BoundMask {
  (value: Value, row?: readonly Value[]): Value;
  /** The place of another value of the row that it looks at; absent where it looks at none. */
  readonly reads?: number;
  /** How many values it could not read so far, so that they became NULL. */
  readonly unread: { values: number };
  /** The same from bytes to bytes; absent where the masker has no such form. */
  readonly bytes?: BoundBytes;
}

/**
 * A function that masks the values of one column: null stays null, and the same value gives the
 * same mask under the same key, in every table, database and run.
 * @param table the columns of the rows that the function is given, where its options may name one
 * @param unread counts the values that it cannot read
 * @throws HFIT_MASKER_UNFIT when the masker cannot serve the column, HFIT_POLICY_MASKER,
 *   HFIT_POLICY_OPTION_MISSING, HFIT_MASKING_KEY_INVALID; the function throws HFIT_MASKER_VALUE,
 *   which does not quote the value
 */
export function bindMasker(
  decision: MaskerChoice,
  column: ColumnFacts,
  key: MaskingKey,
  table: TableFacts = [],
  unread = { values: 0 },
): BoundMask {
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
  const options = withDefaults(masker, decision.options);
  const entropy = entropyUnder(key, masker.name, column.kind);
  const per = personIn(masker, options, table, key, refuse);
  const binding: Binding<OptionSpecs> = {
    options,
    column,
    permutations: permutationsOf(key, masker.name),
    bindOther: (choice, part) => bindMasker(choice, part, key, [], unread),
    kindsOf: (choice) => maskerNamed(choice.masker).kinds,
    refuse,
    stuck,
    unreadable() {
      if (column.nullable) {
        unread.values += 1;
        return null;
      }
      throw stuck('it cannot be read, and the column does not take NULL in its place');
    },
  };
  const mask = masker.bind(binding);

  /** What a masker throws of its own may quote the value: neither its message nor its stack goes on. */
  const ours = (error: unknown): HfitError =>
    error instanceof HfitError ? error : stuck(`it failed with ${nameOf(error)}`);

  const emptyStays = !masker.masksEmptyText;
  let current: NonNullable<Value> = '';
  let person: Value = null;
  let attempt = 0;
  let drawn = false;
  const draw = (instead?: string) => {
    drawn = true;
    return entropy(instead ?? current, attempt);
  };
  const drawFor = () => {
    if (person === null) return draw();
    drawn = true;
    return per!.entropy(person, attempt);
  };

  const bound = (value: Value, row?: readonly Value[]): Value => {
    if (value === null || (value === '' && emptyStays)) return value;
    current = value;
    person = per && row ? row[per.at]! : null;
    for (attempt = 0; attempt < attempts; attempt++) {
      drawn = false;
      let masked: Value;
      try {
        masked = mask(value, draw, drawFor);
      } catch (error) {
        throw ours(error);
      }
      if (!drawn || !isSame(masked, value)) return masked;
    }
    throw stuck('every mask that was tried is the value itself');
  };
  const maskBytes = masker.bindBytes?.(binding);
  const bytes =
    maskBytes &&
    boundBytes(maskBytes, emptyStays, { entropy, kind: column.kind }, per ?? undefined);
  return Object.assign(bound, { unread, ...(per && { reads: per.at }), ...(bytes && { bytes }) });
}

/** Of the errors that JavaScript has; another name might be made of the value. */
function nameOf(error: unknown): string {
  const known = [TypeError, RangeError, SyntaxError, URIError, ReferenceError];
  return known.find((it) => error instanceof it)?.name ?? 'an error of its own';
}

const permutations = new WeakMap<MaskingKey, Map<string, Permutations>>();

/** They hold tables, which columns share. */
function permutationsOf(key: MaskingKey, label: string): Permutations {
  const known = permutations.get(key) ?? new Map<string, Permutations>();
  const found = known.get(label) ?? new Permutations(key, label);
  permutations.set(key, known.set(label, found));
  return found;
}

/** Where the value stands that tells persons apart, and the bytes of each, whatever the masker. */
function personIn(
  masker: Masker,
  options: Readonly<Record<string, OptionValue | undefined>>,
  table: TableFacts,
  key: MaskingKey,
  refuse: (reason: string) => HfitError,
): { at: number; entropy: Entropy; kind: string } | null {
  const name = masker.options.per?.type === 'column' ? options.per : undefined;
  if (name === undefined) return null;
  const at = table.findIndex((column) => column.name === name);
  const [column] = at < 0 ? [] : [table[at]];
  if (column) {
    return { at, entropy: entropyUnder(key, 'person', column.kind), kind: column.kind };
  }
  const there = table.map((column) => column.name).join(', ') || 'none';
  throw refuse(`its option "per" names ${name}, and columns that leave with it are: ${there}`);
}

function withDefaults<S extends OptionSpecs>(
  { name, options: specs }: Masker<S>,
  given: Readonly<Record<string, OptionValue>>,
): OptionsOf<S> {
  const options: Record<string, OptionValue> = {};
  for (const [option, spec] of Object.entries(specs)) {
    const value = Object.hasOwn(given, option) ? given[option] : spec.default;
    if (value !== undefined) options[option] = value;
    else if (!spec.optional) {
      const example = `{ mask: ${name}, ${option}: … }`;
      throw new HfitError('HFIT_POLICY_OPTION_MISSING', { masker: name, option, example });
    }
  }
  return options as OptionsOf<S>;
}

/** Upper and lower case do not make another name of a name. */
function isSame(masked: Value, value: NonNullable<Value>): boolean {
  if (masked === value) return true;
  if (typeof masked === 'string' && typeof value === 'string') {
    if (masked.length !== value.length) return false;
    const [one, other] = [masked.charCodeAt(0), value.charCodeAt(0)];
    // Most texts begin otherwise, and of a-z nothing else is the same in another case.
    if ((one | 32) !== (other | 32) && one < 128 && other < 128) return false;
    return masked.toLowerCase() === value.toLowerCase();
  }
  const bothBytes = masked instanceof Uint8Array && value instanceof Uint8Array;
  return bothBytes && Buffer.compare(masked, value) === 0;
}
