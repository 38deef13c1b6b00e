import type { Database } from '@hot-fixture/database';
import { DataType } from '@hot-fixture/generator';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import {
  customerOnboarding,
  type Factories,
  findTenantViolations,
  forTenant,
  ispEntities,
  ispFactories,
  ispMigration,
  ispRegistry,
  type ispRows,
  ispTables,
  openFactories,
  serviceProvisioning,
  TestDataBuilder,
} from '../src/index.js';
import { opened, subjects } from './database.js';

const dialects: Readonly<Record<string, string>> = { PostgreSQL: 'postgresql', MariaDB: 'mysql' };

describe.for(subjects)('the ISP preset on $name', (subject) => {
  const test = it.skipIf(subject.missing);
  let database: Database;
  let factories: Factories;

  beforeAll(async () => {
    if (subject.missing) return;
    const { close, ...made } = await opened(
      subject,
      ispMigration(dialects[subject.name] ?? 'sqlite'),
    );
    database = made.database;
    factories = await openFactories(database, { seed: 5, factories: ispFactories });
    return close;
  });

  test('every entity is persisted with its defaults, and all of one call is of one tenant', async () => {
    const tenants = () => factories.created.filter(({ table }) => table === 'tenants').length;
    for (const entity of ispFactories) {
      const before = tenants();
      const row = await factories.of(entity).create();
      expect(row).toMatchObject({ created_at: expect.any(Date), updated_at: expect.any(Date) });
      expect(tenants() - before).toBe(1);
    }
    expect(new Set(factories.created.map(({ table }) => table))).toEqual(new Set(ispTables));
    expect(await findTenantViolations(database)).toEqual([]);
  });

  test('the defaults are those that are promised', async () => {
    const { customer, service, invoice, ticket, tenant, user } = ispEntities;
    expect(await factories.of(tenant).create()).toMatchObject({
      ...{ plan: 'professional', region: 'us-east-1', status: 'active', settings: {} },
    });
    expect((await factories.of(user).create()).role).toBe('customer');
    const home = await factories.of(customer).create();
    expect(home).toMatchObject({ type: 'residential', company_name: null, payment_terms: 30 });
    expect(home.customer_number).toMatch(/^CUST-\d{5}$/);
    expect(Number(home.credit_limit)).toBe(500);
    const firm = await factories.of(customer).as('business').create();
    expect(Number(firm.credit_limit)).toBe(1000);
    expect(firm.company_name).toMatch(/ Ltd$/);
    expect(firm.tax_id).toMatch(/^TAX-\d{9}$/);
    const rates = { internet: 79.99, phone: 29.99, tv: 89.99, hosting: 19.99, other: 49.99 };
    for (const [type, rate] of Object.entries(rates)) {
      const made = await factories.of(service).create({ type });
      expect(made.service_number).toMatch(/^SRV-\d{6}$/);
      expect([Number(made.monthly_rate), Number(made.setup_fee)]).toEqual([rate, 99]);
    }
    const bill = await factories.of(invoice).create({ subtotal: '100.00' });
    expect([Number(bill.tax), Number(bill.total)]).toEqual([8, 108]);
    expect(bill.line_items.reduce((sum, it) => sum + Number(it.amount), 0)).toBe(100);
    expect(Date.parse(bill.due_date) - Date.parse(bill.invoice_date)).toBe(30 * 86_400_000);
    expect(await factories.of(ticket).create()).toMatchObject({ status: 'open', tags: [] });
  });

  test('both scenarios are of one tenant, and persisted', async () => {
    const before = factories.created.length;
    const { entities, variables } = await customerOnboarding.build(factories, {
      variables: { serviceType: 'tv' },
    });
    expect(variables).toEqual({ serviceType: 'tv', customerType: 'residential' });
    expectTypeOf(entities.service).toEqualTypeOf<ispRows.Service>();
    expect(factories.created.slice(before).map(({ table }) => table)).toEqual([
      ...['tenants', 'customers', 'services', 'billing_accounts'],
    ]);
    const { customer, tenant } = entities;
    const more = await serviceProvisioning.build(factories, { given: { customer } });
    expect(more.entities.device).toMatchObject({ customer_id: customer.id, tenant_id: tenant.id });
    expect(factories.created).toHaveLength(before + 6);
    const none = serviceProvisioning.build(factories, { given: {} as never });
    await expect(none).rejects.toMatchObject({ code: 'HFIT_SCENARIO_REQUIRES' });
    const inTenant = await serviceProvisioning.build(forTenant(factories, tenant), {
      given: { customer },
    });
    expect(inTenant.entities.service.tenant_id).toBe(tenant.id);
  });

  test('a session puts back what factories and the application wrote', async () => {
    const registry = ispRegistry(factories);
    const calls: string[] = [];
    const session = await registry.session();
    session.onCleanup(() => calls.push('first')).onCleanup(() => calls.push('second'));
    const tenant = await registry.create('tenant');
    await forTenant(factories, tenant).of(ispEntities.ticket).create();
    // As the application would: by no factory of the registry.
    await openFactories(database, { seed: 99 }).then((it) => it.of('devices').create());
    expect(registry.instances('tenant')).toEqual([tenant]);
    expect((await session.changes()).tables.map(({ name }) => name)).toContain('devices');
    await session.cleanup();
    expect(calls).toEqual(['second', 'first']);
    expect(registry.instances('tenant')).toEqual([]);
    await expect(session.cleanup()).rejects.toMatchObject({ code: 'HFIT_SESSION_CLOSED' });
    const again = await registry.session();
    expect((await again.changes()).tables).toEqual([]);
    again.onCleanup(() => {
      throw new Error('no');
    });
    await registry.create('tenant');
    await expect(again.cleanup()).rejects.toMatchObject({ code: 'HFIT_SESSION_CLEANUP' });
    const third = await registry.session();
    expect((await third.changes()).tables).toEqual([]);
    await third[Symbol.asyncDispose]();
  });

  test('builders build an entity with its relationships, and relationships', async () => {
    const data = new TestDataBuilder(ispRegistry(factories));
    const seen: string[] = [];
    const alice = data
      .entity('customer')
      .withAttribute('name', 'Alice Smith')
      .withGeneratedAttribute('phone', DataType.phone)
      .withRelationship('customer_services', 3)
      .withHook((row) => seen.push(row.name));
    const built = await alice.build();
    expect(built).toMatchObject({ name: 'Alice Smith' });
    expect(built.customer_services).toHaveLength(3);
    for (const it of built.customer_services) {
      expect(it).toMatchObject({ customer_id: built.id, tenant_id: built.tenant_id });
    }
    expect(seen).toEqual(['Alice Smith']);
    const before = factories.created.length;
    const invalid = alice.withValidator((row) => row.type === 'business' || 'only firms').build();
    await expect(invalid).rejects.toMatchObject({ code: 'HFIT_BUILDER_INVALID' });
    expect(factories.created).toHaveLength(before);
    const { family, pair } = await data
      .relationship()
      .oneToMany('family', { parent: 'customer', child: 'service', count: 2 })
      .oneToOne('pair', { parent: 'invoice', child: 'payment', foreignKey: 'invoice' })
      .build();
    expect(family.children.map((it) => it.customer_id)).toEqual([
      family.parent.id,
      family.parent.id,
    ]);
    expect(pair.child.invoice_id).toBe(pair.parent.id);
    expect(await findTenantViolations(database)).toEqual([]);
  });

  test('relationships are established between rows that are there', async () => {
    const registry = ispRegistry(factories);
    const [one, two] = await registry.createMany('customer', 2);
    const service = await registry
      .get('service')
      .belongsTo('customer', one as object)
      .create();
    await registry.establish('customer_services', two as object, service);
    expect(service.customer_id).toBe(two?.id);
    const gone = { ...service, id: '00000000-0000-4000-8000-000000000000' };
    await expect(
      registry.establish('customer_services', one as object, gone),
    ).rejects.toMatchObject({
      code: 'HFIT_FACTORY_REFUSED',
    });
  });
});
