export { bytesOf, Chaskey, type Words, type WritableWords, wordsOf } from './chaskey.js';
export { type ColumnFacts, specOfColumn } from './columns.js';
export type { Distribution, Normal, Zipf } from './distribution.js';
export type { Draws } from './draws.js';
export { Generator, type GeneratorOptions } from './generator.js';
export { type Hmac, hmacSha256 } from './hmac.js';
export { KeyedDraws, labelOf } from './keyed-draws.js';
export { type LocaleName, localeNames } from './locale.js';
export { type KnownNames, knownNames } from './people/known.js';
export { PersonBytes } from './person-bytes.js';
export type { Place } from './place.js';
export type { AnySpec, Provider } from './provider.js';
export { ispProvider } from './providers/isp.js';
export { describeSeed, type Seed, seedFrom } from './seed.js';
export { Sequences, type SequencesOptions } from './sequences.js';
export type { Drawn, Numbered, Source, ValueAt } from './source.js';
export { composed, joined, listed, type Space } from './space.js';
export {
  type BuiltInName,
  type BuiltInTypes,
  type CommonOptions,
  DataType,
  type DataTypes,
  type Exact,
  Literal,
  literal,
  type ObjectOf,
  type ObjectSchema,
  type Spec,
  type TypeName,
  type ValueOf,
} from './types.js';
export { exampleDomains, type Values, type ValuesOptions, valuesFrom } from './values.js';
