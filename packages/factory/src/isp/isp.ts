import type { Factories } from '../database/factories.js';
import type { AnyFactory } from '../define/factory.js';
import { Registry } from '../registry/registry.js';
import type { TenantFactories } from '../tenants/tenant-factories.js';
import * as entities from './entities.js';

/** The factories of an internet provider, for `openFactories(database, { factories: ispFactories })`. */
export const ispFactories: readonly AnyFactory[] = Object.values(entities);

/**
 * A registry with all factories of the ISP preset, and how their rows belong together.
 * @throws HFIT_FACTORY_TABLE where the tables of `ispMigration` are not there
 */
export function ispRegistry(source: Factories | TenantFactories) {
  const { tenant, user, customer, service, billingAccount } = entities;
  const { invoice, payment, device, ticket } = entities;
  return new Registry(source)
    .register('tenant', tenant)
    .register('user', user)
    .register('customer', customer)
    .register('service', service)
    .register('billingAccount', billingAccount)
    .register('invoice', invoice)
    .register('payment', payment)
    .register('device', device)
    .register('ticket', ticket)
    .relate({ name: 'customer_services', kind: 'oneToMany', source: 'customer', target: 'service' })
    .relate({ name: 'customer_devices', kind: 'oneToMany', source: 'customer', target: 'device' })
    .relate({ name: 'invoice_payments', kind: 'oneToMany', source: 'invoice', target: 'payment' });
}
