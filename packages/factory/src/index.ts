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
export { rowsOf as seedRowsOf } from './seed/rows.js';
export { type SeedOptions, type SeedReport, seedDatabase } from './seed/seed-database.js';
export type { Fill } from './table/defaults.js';
export { Tenancy, type TenancyOptions } from './tenants/tenancy.js';
export { forTenant, TenantFactories } from './tenants/tenant-factories.js';
export {
  findTenantViolations,
  type TenantViolation,
  type ViolationOptions,
} from './tenants/violations.js';
export { writeTypes } from './types-file.js';
