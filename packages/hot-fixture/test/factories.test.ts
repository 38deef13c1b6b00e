import { openDatabase } from '@hot-fixture/database';
import { type Factories, ispMigration, openFactories } from '@hot-fixture/factory';
import BetterSqlite3 from 'better-sqlite3';
import { test as base, expect } from 'vitest';
import { ispFixtures } from '../src/vitest/factories.js';

const handle = new BetterSqlite3(':memory:');
for (const statement of ispMigration('sqlite')) handle.exec(statement);

const withFactories = base.extend<{ factories: Factories }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the needs of a fixture off it.
  factories: async ({}, use) => use(await openFactories(await openDatabase(handle), { seed: 1 })),
});
const test = withFactories.extend(ispFixtures());
const rows = (table: string) => handle.prepare(`SELECT * FROM ${table}`).all();

test('a complete customer is there', async ({ completeCustomer, customerWithService }) => {
  const { customer, tenant, router, service } = completeCustomer;
  expect([customer, router, service].every((it) => it.tenant_id === tenant.id)).toBe(true);
  expect(customerWithService.tenant.id).not.toBe(tenant.id);
  expect(rows('devices')).toHaveLength(1);
});

test('and gone in the next test', async ({ multiTenantSetup, bulkData, supportTicketScenario }) => {
  expect(rows('devices')).toEqual([]);
  const { tenantA, tenantB, customerA, customerB } = multiTenantSetup;
  expect([customerA.tenant_id, customerB.tenant_id]).toEqual([tenantA.id, tenantB.id]);
  expect(bulkData.customers).toHaveLength(100);
  expect(supportTicketScenario.ticket.customer_id).toBe(supportTicketScenario.customer.id);
});

test('factories, registry, generator and builder are at hand', async ({
  invoiceFactory,
  factoryRegistry,
  dataGenerator,
  testDataBuilder,
  basicTenantSetup,
}) => {
  expect((await invoiceFactory.create({ currency: 'EUR' })).currency).toBe('EUR');
  expect(factoryRegistry.names).toHaveLength(9);
  expect(dataGenerator.seed).toBe('1');
  expect(basicTenantSetup.admin.tenant_id).toBe(basicTenantSetup.tenant.id);
  const customer = await testDataBuilder.entity('customer').withAttribute('name', 'Alice').build();
  expect(customer.name).toBe('Alice');
});
