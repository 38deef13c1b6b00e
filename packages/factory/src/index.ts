export { EntityBuilder } from './builders/entity-builder.js';
export { RelationshipBuilder } from './builders/relationship-builder.js';
export { TestDataBuilder } from './builders/test-data.js';
export type { Created } from './database/created.js';
export {
  type AnyTables,
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
export * as ispEntities from './isp/entities.js';
export { ispFactories, ispRegistry } from './isp/isp.js';
export type * as ispRows from './isp/rows.js';
export { customerOnboarding, serviceProvisioning } from './isp/scenarios.js';
export { ispMigration, ispTables } from './isp/tables.js';
export { type LintFinding, type LintReport, lintFactories } from './lint/lint.js';
export {
  type Cascade,
  type FactoryProfile,
  Profile,
  type ProfileReport,
  profileAsText,
} from './profile/profile.js';
export { type FactoryMap, type Metadata, Registry } from './registry/registry.js';
export type { Relationship } from './registry/relationship.js';
export { Session } from './registry/session.js';
export type { ScenarioContext } from './scenarios/run.js';
export { Scenario, type StepContext, type StepOptions, scenario } from './scenarios/scenario.js';
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
