import type { Expression } from './parse.js';

export type Bound = number | string;

/** What conditions say of the values of one column. */
export interface Limits {
  readonly min?: Bound;
  readonly max?: Bound;
  /** The bound itself is not among them. */
  readonly above?: boolean;
  readonly below?: boolean;
  readonly values?: readonly (string | number | boolean)[];
  readonly not?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** `left` comes before `right`; or is the same, where it is not strict. */
export interface Order {
  readonly left: string;
  readonly right: string;
  readonly strict: boolean;
}

/** What a condition says, as far as it is one that we know. */
export interface Facts {
  readonly limits: ReadonlyMap<string, Limits>;
  readonly orders: readonly Order[];
}

const lengths = new Set(['length', 'char_length', 'character_length']);
const turned: Record<string, string> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/**
 * What a condition says of columns.
 * @param columnOf the column that a name means
 * @returns null where it is not understood
 */
export function factsOf(
  condition: Expression,
  columnOf: (name: string) => string | undefined,
): Facts | null {
  const limits = new Map<string, Limits>();
  const orders: Order[] = [];
  const say = (column: string, limit: Limits) => {
    limits.set(column, both(limits.get(column) ?? {}, limit));
    return true;
  };
  const nameOf = (it: Expression | undefined) =>
    it?.is === 'name' ? columnOf(it.name) : undefined;
  const lengthOf = (it: Expression | undefined) =>
    it?.is === 'call' && lengths.has(it.name) ? nameOf(it.items[0]) : undefined;

  const read = (it: Expression): boolean => {
    if (it.is === 'name') {
      const column = nameOf(it);
      return column !== undefined && say(column, { values: [true] });
    }
    if (it.is !== 'call') return it.is === 'value' && it.value === true;
    const [left, right] = it.items;
    switch (it.name) {
      case 'and':
        return it.items.every(read);
      case 'or':
        return either(it.items);
      case 'not':
        return negated(left as Expression);
      case 'json_valid':
      case 'is not null':
        return nameOf(left) !== undefined;
      case 'in':
        return among(nameOf(left), right as Expression);
      default:
        return compared(it.name, left, right);
    }
  };

  const compared = (sign: string, left?: Expression, right?: Expression): boolean => {
    if (!['=', '<>', '<', '<=', '>', '>='].includes(sign)) return false;
    if (left?.is === 'value' && right?.is !== 'value')
      return compared(turned[sign] ?? sign, right, left);
    const [column, other] = [nameOf(left), nameOf(right)];
    if (column !== undefined && other !== undefined) {
      if (sign === '=' || sign === '<>') return false;
      const strict = !sign.endsWith('=');
      const isLess = sign.startsWith('<');
      orders.push({ left: isLess ? column : other, right: isLess ? other : column, strict });
      return true;
    }
    const value = right?.is === 'value' ? right.value : null;
    const long = lengthOf(left);
    if (long !== undefined && typeof value === 'number') return say(long, lengthLimit(sign, value));
    if (column === undefined || value === null) return false;
    if (sign === '=') return say(column, { values: [value] });
    if (sign === '<>') return say(column, { not: [value] });
    if (typeof value === 'boolean') return false;
    return say(column, bound(sign, value));
  };

  const among = (column: string | undefined, list: Expression): boolean => {
    if (column === undefined || list.is !== 'list') return false;
    const values = list.items.flatMap((it) =>
      it.is === 'value' && it.value !== null ? [it.value] : [],
    );
    return values.length === list.items.length && values.length > 0 && say(column, { values });
  };

  const negated = (it: Expression): boolean => {
    if (it.is === 'name') {
      const column = nameOf(it);
      return column !== undefined && say(column, { values: [false] });
    }
    if (it.is !== 'call' || it.name !== 'in') return false;
    const [left, list] = it.items;
    const column = nameOf(left);
    if (column === undefined || list?.is !== 'list') return false;
    return say(column, { not: list.items.map((one) => (one.is === 'value' ? one.value : null)) });
  };

  /** `a = 1 OR a = 2`, and what may also be null. */
  const either = (items: readonly Expression[]): boolean => {
    const rest = items.filter((it) => !(it.is === 'call' && it.name === 'is null'));
    if (rest.length === 1 && rest.length < items.length) return read(rest[0] as Expression);
    const parts = rest.map((it) => factsOf(it, columnOf));
    const [first] = parts;
    const column = first?.limits.keys().next().value;
    const values = parts.flatMap((part) => {
      const only = part?.limits.size === 1 && part.orders.length === 0;
      return only && column !== undefined ? (part.limits.get(column)?.values ?? []) : [];
    });
    const isList = parts.every((part) => column !== undefined && part?.limits.get(column)?.values);
    return isList && column !== undefined && say(column, { values });
  };

  return read(condition) ? { limits, orders } : null;
}

function bound(sign: string, value: Bound): Limits {
  if (sign.startsWith('<')) return { max: value, below: sign === '<' };
  return { min: value, above: sign === '>' };
}

function lengthLimit(sign: string, length: number): Limits {
  switch (sign) {
    case '=':
      return { minLength: length, maxLength: length };
    case '<>':
      return length === 0 ? { minLength: 1 } : {};
    case '<':
      return { maxLength: length - 1 };
    case '<=':
      return { maxLength: length };
    case '>':
      return { minLength: length + 1 };
    default:
      return { minLength: length };
  }
}

/** What holds where both hold. */
export function both(a: Limits, b: Limits): Limits {
  const min = stronger(a.min, a.above, b.min, b.above, (x, y) => x > y);
  const max = stronger(a.max, a.below, b.max, b.below, (x, y) => x < y);
  const values = a.values && b.values ? a.values.filter((it) => b.values?.includes(it)) : undefined;
  const minLength = Math.max(a.minLength ?? 0, b.minLength ?? 0);
  const maxLength = Math.min(a.maxLength ?? Infinity, b.maxLength ?? Infinity);
  const all = values ?? a.values ?? b.values;
  const not = [...(a.not ?? []), ...(b.not ?? [])];
  return {
    ...(min && { min: min.bound, above: min.open }),
    ...(max && { max: max.bound, below: max.open }),
    ...(all && { values: all }),
    ...(not.length > 0 && { not }),
    ...(minLength > 0 && { minLength }),
    ...(maxLength < Infinity && { maxLength }),
  };
}

function stronger(
  a: Bound | undefined,
  aOpen: boolean | undefined,
  b: Bound | undefined,
  bOpen: boolean | undefined,
  beats: (x: Bound, y: Bound) => boolean,
): { bound: Bound; open: boolean } | undefined {
  const first = a === undefined ? undefined : { bound: a, open: aOpen ?? false };
  const second = b === undefined ? undefined : { bound: b, open: bOpen ?? false };
  if (!first || !second) return first ?? second;
  if (first.bound === second.bound) return first.open ? first : second;
  return beats(first.bound, second.bound) ? first : second;
}
