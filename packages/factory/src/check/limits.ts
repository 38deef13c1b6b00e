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
  /** It is not null. */
  readonly required?: boolean;
  /** It is null. */
  readonly absent?: boolean;
}

/** What a condition may say of columns, as one of several ways to keep it. */
export type Branch = ReadonlyMap<string, Limits>;

/** `left` comes before `right`; or is the same, where it is not strict. */
export interface Order {
  readonly left: string;
  readonly right: string;
  readonly strict: boolean;
}

/** What a condition says, as far as it is one that we know. */
export interface Facts {
  /** What holds in any case. */
  readonly limits: Branch;
  readonly orders: readonly Order[];
  /** Of each, one branch holds, or one that is not understood. */
  readonly choices: readonly (readonly Branch[])[];
  /** Whether that is all that it says. */
  readonly complete: boolean;
}

const lengths = new Set(['length', 'char_length', 'character_length']);
const turned: Record<string, string> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

const opposite: Record<string, string> = {
  ...{ '=': '<>', '<>': '=', '<': '>=', '>=': '<', '>': '<=', '<=': '>' },
  ...{ 'is null': 'is not null', 'is not null': 'is null', and: 'or', or: 'and' },
};

/**
 * What a condition says of columns. A condition that is neither true nor false lets a row through,
 * so that of one column which may also be null is the same without that.
 * @param columnOf the column that a name means
 */
export function factsOf(
  condition: Expression,
  columnOf: (name: string) => string | undefined,
): Facts {
  const limits = new Map<string, Limits>();
  const orders: Order[] = [];
  const choices: (readonly Branch[])[] = [];
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
    const column = nameOf(left);
    switch (it.name) {
      case 'and':
        return it.items.map(read).every(Boolean);
      case 'or':
        return either(it.items);
      case 'not':
        return negated(left as Expression);
      case 'json_valid':
        return column !== undefined;
      case 'is not null':
        return column !== undefined && say(column, { required: true });
      case 'is null':
        return column !== undefined && say(column, { absent: true });
      case 'in':
        return among(column, right as Expression);
      default:
        return compared(it.name, left, right);
    }
  };

  const compared = (sign: string, left?: Expression, right?: Expression): boolean => {
    if (!['=', '<>', '<', '<=', '>', '>='].includes(sign)) return false;
    if (left?.is === 'value' && right?.is !== 'value')
      return compared(turned[sign] ?? sign, right, left);
    const ways = countedNulls(sign, left, right) ?? oneOfTwo(sign, left, right);
    if (ways) return either(ways);
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
    const values = valuesOf(list);
    return column !== undefined && values.length > 0 && say(column, { values });
  };

  const negated = (it: Expression): boolean => {
    if (it.is === 'name') {
      const column = nameOf(it);
      return column !== undefined && say(column, { values: [false] });
    }
    if (it.is !== 'call') return false;
    const [left, list] = it.items;
    if (it.name === 'not') return read(left as Expression);
    if (it.name === 'in') {
      const column = nameOf(left);
      const not = valuesOf(list);
      return column !== undefined && not.length > 0 && say(column, { not });
    }
    const name = opposite[it.name];
    if (name === undefined) return false;
    const isJoined = name === 'and' || name === 'or';
    return read({ ...it, name, items: isJoined ? it.items.map(not) : it.items });
  };

  const either = (items: readonly Expression[]): boolean => {
    const nulls = new Set<string>();
    const rest: Facts[] = [];
    for (const it of items) {
      const column = it.is === 'call' && it.name === 'is null' ? nameOf(it.items[0]) : undefined;
      if (column === undefined) rest.push(factsOf(it, columnOf));
      else nulls.add(column);
    }
    const [only] = rest;
    if (only && rest.length === 1 && isOnlyOf(only, nulls)) {
      for (const [column, { required: _, ...limit }] of only.limits) say(column, limit);
      orders.push(...only.orders);
      return true;
    }
    const listed = listedBy(rest);
    if (listed && [...nulls].every((it) => it === listed.column)) {
      return say(listed.column, { values: listed.values });
    }
    const clear = rest.filter((it) => it.complete && it.orders.length + it.choices.length === 0);
    const branches = [
      ...clear.map((it) => it.limits),
      ...[...nulls].map((column) => new Map([[column, { absent: true }]])),
    ];
    if (branches.length > 0) choices.push(branches);
    return branches.length === items.length;
  };

  const complete = read(condition);
  return { limits, orders, choices, complete };
}

/** Whether it says something of columns that are also let be null, and of no others. */
function isOnlyOf({ complete, limits, orders, choices }: Facts, nulls: ReadonlySet<string>) {
  if (!complete || choices.length > 0 || nulls.size === 0) return false;
  const limited = [...limits.keys()].every((it) => nulls.size === 1 && nulls.has(it));
  return (
    limited &&
    orders.every(({ left, right }) => [...nulls].every((it) => it === left || it === right))
  );
}

/** `a = 1 OR a IN (2, 3)`: a list of values of one column. */
function listedBy(parts: readonly Facts[]) {
  const column = parts[0]?.limits.keys().next().value;
  if (column === undefined) return null;
  const lists = parts.map(({ complete, limits, orders, choices }) => {
    const { values, ...others } = limits.get(column) ?? {};
    const isAll = complete && limits.size === 1 && orders.length + choices.length === 0;
    return isAll && Object.keys(others).length === 0 ? values : undefined;
  });
  return lists.every((it) => it !== undefined) ? { column, values: lists.flat() } : null;
}

const not = (it: Expression): Expression => ({ is: 'call', name: 'not', items: [it] });
const test = (name: string, it: Expression): Expression => ({ is: 'call', name, items: [it] });

/** `num_nonnulls(a, b) = 1`, as the ways to keep it; null for all else. */
function countedNulls(sign: string, left?: Expression, right?: Expression): Expression[] | null {
  if (left?.is !== 'call' || left.name !== 'num_nonnulls' || right?.is !== 'value') return null;
  const isAny = (sign === '>' && right.value === 0) || (sign === '>=' && right.value === 1);
  if (!isAny && (sign !== '=' || right.value !== 1)) return null;
  return left.items.map((one) => {
    const others = isAny ? [] : left.items.filter((it) => it !== one);
    const items = [test('is not null', one), ...others.map((it) => test('is null', it))];
    return { is: 'call', name: 'and', items };
  });
}

/** `(a IS NULL) <> (b IS NULL)`, in the same way. */
function oneOfTwo(sign: string, left?: Expression, right?: Expression): Expression[] | null {
  const [a, b] = [tested(left), tested(right)];
  if (!a || !b || (sign !== '<>' && sign !== '=')) return null;
  const isSame = (sign === '=') === (a.isNull === b.isNull);
  const both = (x: boolean, y: boolean): Expression => {
    const items = [
      test(x ? 'is null' : 'is not null', a.of),
      test(y ? 'is null' : 'is not null', b.of),
    ];
    return { is: 'call', name: 'and', items };
  };
  return isSame ? [both(false, false), both(true, true)] : [both(false, true), both(true, false)];
}

function tested(it: Expression | undefined) {
  if (it?.is !== 'call' || (it.name !== 'is null' && it.name !== 'is not null')) return null;
  return { isNull: it.name === 'is null', of: it.items[0] as Expression };
}

/** Empty where it holds something else than values. */
function valuesOf(list: Expression | undefined): (string | number | boolean)[] {
  if (list?.is !== 'list') return [];
  const values = list.items.flatMap((it) =>
    it.is === 'value' && it.value !== null ? [it.value] : [],
  );
  return values.length === list.items.length ? values : [];
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
    ...((a.required || b.required) && { required: true }),
    ...((a.absent || b.absent) && { absent: true }),
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
