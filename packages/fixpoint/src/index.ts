export { compareChanges, compareInDatabase } from './compare/compare.js';
export type { Accepted, Difference, Reason } from './compare/difference.js';
export {
  any,
  type CompareRules,
  type Ignored,
  near,
  pattern,
  type TaggedValue,
  type Volatile,
  type VolatileColumns,
} from './compare/rules.js';
export { type ReadTag, readTag, tagOf } from './compare/tag.js';
