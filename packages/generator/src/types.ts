import type { Distribution } from './distribution.js';
import type { LocaleName } from './locale.js';

/** What every type can be asked for. */
export interface CommonOptions {
  /** No two rows have the same value: by construction, and an error when there are no more. */
  readonly unique?: boolean;
}

interface Long {
  /** In characters; 1 or more. */
  readonly maxLength?: number;
}

interface Subject {
  /** One locale, or several of which each row has one; those of the generator if left out. */
  readonly locale?: LocaleName | readonly LocaleName[];
  /** Who of a row is meant, where it tells of several: `billing`. All that is said of one agrees. */
  readonly of?: string;
}

interface Range<T> {
  readonly min?: T;
  readonly max?: T;
  /** Every value equally often if left out. */
  readonly distribution?: Distribution;
}

export type IpRange = 'documentation' | 'private' | 'public';
export type MacVendor = 'cisco' | 'mikrotik' | 'ubiquiti';

/** The types that are built in, with their options and what they give. */
export interface BuiltInTypes {
  /** Letters and digits, or a pattern: `#` is a digit, `!` one of 2 to 9, `?` a letter a-z. */
  string: {
    options: {
      readonly length?: number;
      readonly minLength?: number;
      readonly maxLength?: number;
      readonly alphabet?: string;
      readonly pattern?: string;
    };
    value: string;
  };
  /** Plain words. */
  text: { options: Long & { readonly words?: number }; value: string };
  email: { options: Subject & Long & { readonly domain?: string }; value: string };
  userName: { options: Subject & Long; value: string };
  phone: { options: Subject & Long & { readonly reserved?: boolean }; value: string };
  name: {
    options: Subject & Long & { readonly part?: 'full' | 'given' | 'family' };
    value: string;
  };
  address: { options: Subject & Long & { readonly part?: AddressPart }; value: string };
  /** The locale of the row. */
  locale: { options: Subject; value: LocaleName };
  company: { options: Subject & Long; value: string };
  /** Of the company of the row, in a domain that leads nowhere. */
  url: { options: Subject & Long & { readonly part?: 'full' | 'host' }; value: string };
  ipAddress: { options: { readonly range?: IpRange; readonly version?: 4 | 6 }; value: string };
  macAddress: { options: { readonly vendor?: MacVendor }; value: string };
  uuid: { options: object; value: string };
  integer: { options: Range<number>; value: number };
  /** Written out with all its digits, so that nothing is lost. */
  decimal: { options: Range<number> & { readonly scale?: number }; value: string };
  float: { options: Range<number>; value: number };
  boolean: { options: { readonly probability?: number }; value: boolean };
  /** As `2026-01-31`. */
  date: { options: { readonly from?: string; readonly to?: string }; value: string };
  /** As `23:59:59`. */
  time: { options: object; value: string };
  datetime: { options: { readonly from?: string; readonly to?: string }; value: Date };
  bytes: { options: { readonly length?: number }; value: Uint8Array };
  /** An object of a schema; without one, a small object with an id. */
  json: { options: { readonly schema?: ObjectSchema }; value: Record<string, unknown> };
  /** One of `values`; the first most often with a zipf distribution. */
  oneOf: {
    options: {
      readonly values: readonly unknown[];
      readonly weights?: readonly number[];
      readonly distribution?: Extract<Distribution, { kind: 'zipf' }>;
    };
    value: unknown;
  };
}

/**
 * Every type of values. Types of your own are added by declaration merging, and made by a provider
 * of your own.
 */
export interface DataTypes extends BuiltInTypes {}

export type AddressPart = 'full' | 'street' | 'city' | 'postcode' | 'country' | 'countryCode';

export type TypeName = keyof DataTypes & string;
export type BuiltInName = keyof BuiltInTypes;

/** What to generate: a type and its options. */
export type Spec<K extends TypeName = TypeName> = {
  [T in K]: { readonly type: T } & CommonOptions & DataTypes[T]['options'];
}[K];

/** A value that is taken as it is, also where it looks like a spec. */
export class Literal<T> {
  readonly value: T;

  constructor(value: T) {
    this.value = value;
  }
}

export function literal<T>(value: T): Literal<T> {
  return new Literal(value);
}

/** What an object holds under each name: a spec, or a value that is taken as it is. */
export type ObjectSchema = Readonly<Record<string, unknown>>;

/** What a type or a spec gives. */
export type ValueOf<S> = S extends TypeName
  ? DataTypes[S]['value']
  : S extends { readonly type: 'oneOf'; readonly values: readonly (infer V)[] }
    ? V
    : S extends { readonly type: 'json'; readonly schema: infer O }
      ? ObjectOf<O>
      : S extends { readonly type: infer K extends TypeName }
        ? DataTypes[K]['value']
        : never;

/** The object that a schema gives. */
export type ObjectOf<S> = {
  -readonly [K in keyof S]: S[K] extends Literal<infer L>
    ? L
    : S[K] extends { readonly type: TypeName }
      ? ValueOf<S[K]>
      : S[K];
};

/** Refuses options that the type does not have. */
export type Exact<S> = S extends { readonly type: infer K extends TypeName }
  ? { readonly [O in Exclude<keyof S, keyof Spec<K>>]: never }
  : unknown;

/** The seed's names for the types; in a schema they stand for a spec without options. */
export const DataType: { readonly [K in Exclude<BuiltInName, 'oneOf'>]: { readonly type: K } } = {
  string: { type: 'string' },
  text: { type: 'text' },
  email: { type: 'email' },
  userName: { type: 'userName' },
  phone: { type: 'phone' },
  name: { type: 'name' },
  address: { type: 'address' },
  locale: { type: 'locale' },
  company: { type: 'company' },
  url: { type: 'url' },
  ipAddress: { type: 'ipAddress' },
  macAddress: { type: 'macAddress' },
  uuid: { type: 'uuid' },
  integer: { type: 'integer' },
  decimal: { type: 'decimal' },
  float: { type: 'float' },
  boolean: { type: 'boolean' },
  date: { type: 'date' },
  time: { type: 'time' },
  datetime: { type: 'datetime' },
  bytes: { type: 'bytes' },
  json: { type: 'json' },
};
