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
