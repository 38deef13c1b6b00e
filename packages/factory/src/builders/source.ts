import type { Factories } from '../database/factories.js';
import type { AnyFactory } from '../define/factory.js';
import type { TenantFactories } from '../tenants/tenant-factories.js';

/** Where rows are created: `Factories`, those of one tenant, or anything that binds factories. */
export interface RowSource {
  of(factory: AnyFactory): AnyFactory;
}

/** What the builders need of a database. */
export type Source = Factories | TenantFactories;
