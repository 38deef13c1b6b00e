export {
  type AnyTables,
  type Created,
  Factories,
  type FactoriesOptions,
  openFactories,
} from './database/factories.js';
export {
  type AnyFactory,
  defineFactory,
  Factory,
  type RowOf,
  tableFactory,
} from './define/factory.js';
export { many, Nested, one } from './define/nested.js';
export { Numbering, sequence } from './define/numbering.js';
export type { Attribute, Attributes, Context, None, Overrides, Traits } from './define/types.js';
export type { Fill } from './table/defaults.js';
export { writeTypes } from './types-file.js';
