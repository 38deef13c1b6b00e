import type { Database } from '@hot-fixture/database';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Factories,
  findTenantViolations,
  forTenant,
  openFactories,
  seedDatabase,
  tableFactory,
} from '../src/index.js';
import { opened, subjects } from './database.js';

/** HFIT_TENANT_ORDERS=50000 is for a night. */
const orders = Number(process.env.HFIT_TENANT_ORDERS ?? 2000);

/** Lines know their tenant over their order alone, and notes by a column that is no key. */
const tables = [
  'CREATE TABLE tenant (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL)',
  'CREATE TABLE country (code CHAR(2) NOT NULL PRIMARY KEY, name VARCHAR(40) NOT NULL)',
  `CREATE TABLE customer (id INTEGER NOT NULL PRIMARY KEY, tenant_id INTEGER NOT NULL, country_code CHAR(2) NOT NULL,
     name VARCHAR(60) NOT NULL, FOREIGN KEY (tenant_id) REFERENCES tenant (id),
     FOREIGN KEY (country_code) REFERENCES country (code))`,
  `CREATE TABLE orders (id INTEGER NOT NULL PRIMARY KEY, tenant_id INTEGER NOT NULL, customer_id INTEGER NOT NULL,
     origin_tenant INTEGER, FOREIGN KEY (tenant_id) REFERENCES tenant (id),
     FOREIGN KEY (customer_id) REFERENCES customer (id), FOREIGN KEY (origin_tenant) REFERENCES tenant (id))`,
  `CREATE TABLE line (id INTEGER NOT NULL PRIMARY KEY, order_id INTEGER NOT NULL, product_id INTEGER NOT NULL,
     FOREIGN KEY (order_id) REFERENCES orders (id), FOREIGN KEY (product_id) REFERENCES customer (id))`,
  `CREATE TABLE deal (order_id INTEGER NOT NULL, customer_id INTEGER NOT NULL, PRIMARY KEY (order_id, customer_id),
     FOREIGN KEY (order_id) REFERENCES orders (id), FOREIGN KEY (customer_id) REFERENCES customer (id))`,
  `CREATE TABLE parcel (id INTEGER NOT NULL PRIMARY KEY, line_id INTEGER NOT NULL, order_id INTEGER NOT NULL,
     FOREIGN KEY (line_id) REFERENCES line (id), FOREIGN KEY (order_id) REFERENCES orders (id))`,
  `CREATE TABLE note (id INTEGER NOT NULL PRIMARY KEY, tenant_id INTEGER NOT NULL, text VARCHAR(40), order_id INTEGER,
     FOREIGN KEY (order_id) REFERENCES orders (id))`,
];

describe.for(subjects)('tenants on $name', (subject) => {
  const test = it.skipIf(subject.missing);
  let database: Database;
  let factories: Factories;
  let a: Record<string, unknown>;
  let b: Record<string, unknown>;

  beforeAll(async () => {
    if (subject.missing) return;
    const { close, ...made } = await opened(subject, tables);
    database = made.database;
    factories = await openFactories(database, { seed: 1 });
    [a, b] = (await factories.of('tenant').createMany(2)) as [typeof a, typeof b];
    return close;
  });

  test('all that is made for a tenant is of it, through every key', async () => {
    const ofA = forTenant(factories, a);
    const line = await ofA.of('line').create();
    const order = factories.created.find(
      (it) => it.row.id === line.order_id && it.table === 'orders',
    );
    const product = factories.created.find(
      (it) => it.row.id === line.product_id && it.table === 'customer',
    );
    expect(order?.row.tenant_id).toBe(a.id);
    expect(product?.row.tenant_id).toBe(a.id);
    expect((await ofA.of('note').create()).tenant_id).toBe(a.id);
    expect(ofA.of('orders').build()).toMatchObject({ tenant_id: a.id });
    expect(await forTenant(factories, b.id).of('note').create()).toMatchObject({ tenant_id: b.id });
  });

  test('one call makes rows of one tenant, and of that of a row it is given', async () => {
    const order = await factories.of('orders').create();
    const customer = factories.created.find(
      (it) => it.row.id === order.customer_id && it.table === 'customer',
    );
    expect(customer?.row.tenant_id).toBe(order.tenant_id);
    const own = await forTenant(factories, b).of('customer').create();
    const other = await factories.of('orders').belongsTo('customer', own).create();
    expect(other.tenant_id).toBe(b.id);
    const given = await factories.of('orders').create({ tenant_id: a.id });
    const its = factories.created.find(
      ({ table, row }) => table === 'customer' && row.id === given.customer_id,
    );
    expect(its?.row.tenant_id).toBe(a.id);
    expect(await findTenantViolations(database)).toEqual([]);
  });

  test('rows that are picked for one row are of one tenant, in seeds and pairs, too', async () => {
    const fresh = await opened(subject, tables);
    try {
      const { database } = fresh;
      const rows = { tenant: 4, customer: 20, orders: 40, line: 60, deal: 30 };
      await seedDatabase(database, { seed: 1, fill: 'all', rows });
      expect(await findTenantViolations(database)).toEqual([]);
      const own = await openFactories(database, { seed: 2 });
      const customers = await own.of('customer').createMany(4);
      const orders = await own.of('orders').recycle('customer', customers).createMany(8);
      const picking = own.of('line').recycle('customer', customers).recycle('orders', orders);
      const lines = await picking.createMany(12);
      expect(new Set(customers.map(({ id }) => id))).toEqual(
        new Set([...customers, ...lines.map((it) => ({ id: it.product_id }))].map(({ id }) => id)),
      );
      const deal = own.of('deal').recycle('customer', customers).recycle('orders', orders);
      expect(await deal.createMany(6)).toHaveLength(6);
      // The lines are of no tenant that could be read off them.
      await own.of('parcel').recycle('line', lines).recycle('orders', orders).createMany(12);
      await own.of('orders').hasMany('note', 2).create();
      await own.of('note').belongsTo('order').create();
      await own.of('note').recycle('orders', orders).belongsTo('order', orders[0]).create();
      expect(await findTenantViolations(database)).toEqual([]);
    } finally {
      await fresh.close();
    }
  });

  test('a row that points to one by its key alone is of its tenant', async () => {
    const own = await forTenant(factories, b).of('customer').create();
    const order = await factories.of('orders').create({ customer_id: own.id });
    expect(order.tenant_id).toBe(b.id);
    const line = await factories.of('line').create({ order_id: order.id });
    const product = factories.created.find(
      ({ table, row }) => table === 'customer' && row.id === line.product_id,
    );
    expect(product?.row.tenant_id).toBe(b.id);
    const other = await forTenant(factories, a).of('customer').create();
    await expect(
      factories.of('line').create({ order_id: order.id, product_id: other.id }),
    ).rejects.toMatchObject({ code: 'HFIT_TENANT_CROSSED' });
    expect(await findTenantViolations(database)).toEqual([]);
  });

  test('a row that would point into another tenant is refused, with the path', async () => {
    const other = await forTenant(factories, b).of('customer').create();
    const order = await forTenant(factories, b).of('orders').create();
    const before = factories.created.length;
    const ofA = forTenant(factories, a);
    const refused: [() => Promise<unknown>, string][] = [
      [
        () => ofA.of('orders').create({ customer_id: other.id }),
        'orders.customer_id → customer.tenant_id',
      ],
      [() => ofA.of('orders').belongsTo('customer', other).create(), 'orders.'],
      [() => ofA.of('line').create({ order_id: order.id }), 'line.order_id → orders.tenant_id'],
      [() => ofA.of('customer').create({ tenant_id: b.id }), 'customer.tenant_id'],
      [
        () => ofA.of('customer').belongsTo('tenant', tableFactory('tenant')).create(),
        'customer.tenant_id',
      ],
      [() => ofA.of('orders').create({ origin_tenant: b.id }), 'orders.origin_tenant → tenant.id'],
    ];
    for (const [made, path] of refused) {
      await expect(made()).rejects.toMatchObject({
        code: 'HFIT_TENANT_CROSSED',
        message: expect.stringContaining(path),
      });
    }
    expect(factories.created).toHaveLength(before);
    const except = { except: ['orders.origin_tenant'] };
    await forTenant(factories, a, except).of('orders').create({ origin_tenant: b.id });
    expect(await findTenantViolations(database, except)).toEqual([]);
    expect(await findTenantViolations(database)).toMatchObject([
      { path: 'orders.origin_tenant → tenant.id', rows: 1 },
    ]);
  });

  test('references that cross tenants are found, whoever wrote them', async () => {
    const mine = await forTenant(factories, a).of('customer').create();
    const theirs = await forTenant(factories, b).of('orders').create();
    // Without the context nobody stands in the way.
    const free = await openFactories(database, { seed: 2, tenants: false });
    const ids = { id: 900_001, order_id: theirs.id, product_id: mine.id };
    await free.of('line').create(ids);
    const found = await findTenantViolations(database, { except: ['orders.origin_tenant'] });
    expect(found).toEqual([
      {
        ...{ table: 'line', path: 'line.product_id → customer.tenant_id', rows: 1 },
        examples: [
          { key: expect.anything(), owner: expect.anything(), targetOwner: expect.anything() },
        ],
      },
    ]);
    expect(Number(found[0]?.examples[0]?.key.id)).toBe(900_001);
    expect(Number(found[0]?.examples[0]?.targetOwner)).toBe(a.id);
  });
});

it.skipIf(subjects[2]?.missing)(`${orders} orders of 100 tenants cross none`, async () => {
  const { database, close } = await opened(subjects[2] as never, tables);
  try {
    const factories = await openFactories(database, { seed: 3 });
    for (const tenant of await factories.of('tenant').createMany(100)) {
      const own = forTenant(factories, tenant);
      const customers = await own.of('customer').createMany(3);
      await own
        .of('orders')
        .recycle('customer', customers)
        .createMany(orders / 100);
    }
    expect(factories.created.filter(({ table }) => table === 'orders')).toHaveLength(orders);
    expect(await findTenantViolations(database)).toEqual([]);
  } finally {
    await close();
  }
});

it('has to be told the tenant where the schema does not say', async () => {
  const { database, close } = await opened(subjects[2] as never, [
    'CREATE TABLE thing (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL)',
  ]);
  try {
    const factories = await openFactories(database, { seed: 1 });
    const unknown = expect.objectContaining({ code: 'HFIT_TENANT_UNKNOWN' });
    expect(() => forTenant(factories, 1)).toThrow(unknown);
    const own = forTenant(factories, 5, { column: 'owner' });
    expect(await own.of('thing').create()).toMatchObject({ owner: 5 });
  } finally {
    await close();
  }
});
