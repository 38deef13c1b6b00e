import {
  customerOnboarding,
  type Factories,
  forTenant,
  ispEntities,
  ispRegistry,
  type ispRows,
  type Session,
  serviceProvisioning,
  TestDataBuilder,
} from '@hot-fixture/factory';
import type { Generator } from '@hot-fixture/generator';

type Use<T> = (value: T) => Promise<void>;
type Fixture<T, Needs extends object> = (needs: Needs, use: Use<T>) => Promise<void>;
type IspRegistry = ReturnType<typeof ispRegistry>;
type Entities = typeof ispEntities;

/** Their fixtures are made when a test asks for them. */
interface Given {
  readonly factories: Factories;
}

interface Known {
  readonly factoryRegistry: IspRegistry;
}

/** How many rows `bulkData` makes. */
const bulk = 100;

/**
 * Fixtures for `test.extend` on top of one that gives `factories`, such as that of `hotFixture`:
 * registry, generator, builder, a factory of each entity of the ISP preset, and its scenarios. All
 * rows are put back after each test.
 *
 * ```ts
 * const test = hotFixture({ … }).extend(ispFixtures());
 * test('bills a customer', async ({ completeCustomer, invoiceFactory }) => {
 * ```
 */
export function ispFixtures() {
  return {
    /** Puts all rows back after the test. */
    factorySession: [
      async ({ factoryRegistry }: Known, use: Use<Session>) => {
        const session = await factoryRegistry.session();
        await use(session);
        await session.cleanup();
      },
      { auto: true },
    ] as const,
    factoryRegistry: async ({ factories }: Given, use: Use<IspRegistry>) =>
      use(ispRegistry(factories)),
    dataGenerator: async ({ factories }: Given, use: Use<Generator>) => use(factories.generator),
    testDataBuilder: async ({ factoryRegistry }: Known, use: Use<ReturnType<typeof builderOf>>) =>
      use(builderOf(factoryRegistry)),
    ...factoryFixtures,
    basicTenantSetup: async (
      { factoryRegistry }: Known,
      use: Use<{ tenant: ispRows.Tenant; admin: ispRows.User }>,
    ) => {
      const tenant = await factoryRegistry.create('tenant');
      const own = forTenant(factoryRegistry.source as Factories, tenant);
      await use({ tenant, admin: await own.of(ispEntities.user).as('admin').create() });
    },
    customerWithService: async (
      { factories }: Given,
      use: Use<{ tenant: ispRows.Tenant; customer: ispRows.Customer; service: ispRows.Service }>,
    ) => {
      const { entities } = await customerOnboarding.build(factories);
      const { tenant, customer, service } = entities;
      await use({ tenant, customer, service });
    },
    completeCustomer: async ({ factories }: Given, use: Use<Complete>) => {
      const { entities } = await customerOnboarding.build(factories);
      const { customer } = entities;
      const more = await serviceProvisioning.build(factories, { given: { customer } });
      await use({ ...entities, router: more.entities.device });
    },
    multiTenantSetup: async (
      { factories }: Given,
      use: Use<{
        tenantA: ispRows.Tenant;
        tenantB: ispRows.Tenant;
        customerA: ispRows.Customer;
        customerB: ispRows.Customer;
      }>,
    ) => {
      const [a, b] = (await factories.of(ispEntities.tenant).createMany(2)) as Pair;
      const of = (it: ispRows.Tenant) => forTenant(factories, it).of(ispEntities.customer).create();
      await use({ tenantA: a, tenantB: b, customerA: await of(a), customerB: await of(b) });
    },
    supportTicketScenario: async (
      { factories }: Given,
      use: Use<{ customer: ispRows.Customer; ticket: ispRows.Ticket }>,
    ) => {
      const customer = await factories.of(ispEntities.customer).create();
      const ticket = await factories
        .of(ispEntities.ticket)
        .belongsTo('customer', customer)
        .create();
      await use({ customer, ticket });
    },
    bulkData: async (
      { factories }: Given,
      use: Use<{ tenant: ispRows.Tenant; customers: ispRows.Customer[] }>,
    ) => {
      const tenant = await factories.of(ispEntities.tenant).create();
      const customers = await forTenant(factories, tenant)
        .of(ispEntities.customer)
        .createMany(bulk);
      await use({ tenant, customers });
    },
  };
}

interface Complete {
  readonly tenant: ispRows.Tenant;
  readonly customer: ispRows.Customer;
  readonly service: ispRows.Service;
  readonly billingAccount: ispRows.BillingAccount;
  readonly router: ispRows.Device;
}

const builderOf = (registry: IspRegistry) => new TestDataBuilder(registry);

type Pair = [ispRows.Tenant, ispRows.Tenant];

const factoryFixtures = Object.fromEntries(
  Object.entries(ispEntities).map(([name, entity]) => [
    `${name}Factory`,
    async ({ factories }: Given, use: Use<unknown>) => use(factories.of(entity as never)),
  ]),
) as unknown as {
  [K in keyof Entities as `${K & string}Factory`]: Fixture<Entities[K], Given>;
};
