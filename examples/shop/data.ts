import { Random } from './random.js';
import * as catalogue from './rows/catalogue.js';
import * as trade from './rows/orders.js';
import * as people from './rows/people.js';
import * as support from './rows/support.js';

/** Runs one statement, with texts bound to it. */
export type Run = (sql: string, parameters: string[]) => Promise<unknown>;

export interface ShopOptions {
  /** The same seed gives the same rows. */
  seed?: number;
  /** 1 is the whole shop of about 65,000 rows; 0.001 is enough for most tests. */
  scale?: number;
}

/** The customer of the demo: there is something about them in every table, at every scale. */
export const knownCustomer = 12_847;

/**
 * Fills the shop, whose tables are there and empty, in one statement per few thousand rows.
 * @returns the number of rows of each table
 */
export async function fillShop(run: Run, options: ShopOptions = {}) {
  const { seed = 1, scale = 1 } = options;
  const random = new Random(seed);
  const many = (count: number) => Math.ceil(count * scale);
  const counts: Record<string, number> = {};
  const fill = async <T extends object>(table: string, rows: T[]): Promise<T[]> => {
    await insert(run, table, rows);
    counts[table] = rows.length;
    return rows;
  };

  await fill('public.departments', people.departments());
  const staff = Math.max(40, many(140));
  await fill('public.employees', people.employees(random, staff));
  await run('UPDATE departments SET head_employee_id = id WHERE id <> 4', []);
  const categoryCount = Math.max(12, many(80));
  await fill('public.categories', catalogue.categories(random, categoryCount));
  const products = await fill('public.products', catalogue.products(random, many(1500)));
  const shelves = catalogue.productCategories(random, products.length, categoryCount);
  await fill('public.product_categories', shelves);
  const coupons = await fill('public.coupons', catalogue.coupons(random, many(300), staff));

  const buyers = many(3200);
  const customers = people.customers(
    random,
    knownCustomer - Math.floor(buyers / 2),
    buyers,
    knownCustomer,
    staff,
  );
  await fill('public.customers', customers);
  const addresses = people.addresses(random, customers, knownCustomer);
  await fill('public.addresses', addresses);
  const cards = people.cards(random, customers, addresses, knownCustomer);
  await fill('public.payment_cards', cards);

  const market = {
    customers,
    addresses,
    cards,
    coupons,
    products,
    shelves,
    staff,
    known: knownCustomer,
  };
  const orders = await fill('public.orders', trade.orders(random, market, many(6500)));
  const items = trade.orderItems(random, market, orders);
  await fill(
    'public.order_items',
    items.map(({ customer_id: _, ...item }) => item),
  );
  const shipments = await fill('public.shipments', trade.shipments(random, market, items));
  const reviews = await fill('public.reviews', trade.reviews(random, market, items, 0.2));

  const past = { ...market, orders, shipments, reviews };
  const tickets = await fill('public.support_tickets', support.tickets(random, past, many(1400)));
  await fill('public.support_messages', support.messages(random, past, tickets));
  await fill('public.sessions', support.sessions(random, past, many(2500)));
  await fill('public.api_tokens', support.apiTokens(random, past, many(600)));
  await fill('public.audit_log', support.auditLog(random, past, many(5000)));
  await fill('finance.exchange_rates', catalogue.exchangeRates(random, many(400)));

  for (const table of numbered) {
    await run(`SELECT setval(pg_get_serial_sequence('${table}', 'id'), max(id)) FROM ${table}`, []);
  }
  await run(`SELECT setval('order_number', ${700_000 + orders.length})`, []);
  return counts;
}

const numbered = [
  'departments', 'employees', 'categories', 'products', 'coupons', 'customers', 'addresses',
  'orders', 'reviews', 'support_tickets', 'support_messages',
]; // biome-ignore format: a list

const rowsPerStatement = 4000;

/** PostgreSQL reads the values of each column's type out of the JSON, arrays and enums included. */
async function insert(run: Run, table: string, rows: readonly object[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {})
    .map((name) => `"${name}"`)
    .join(', ');
  for (let at = 0; at < rows.length; at += rowsPerStatement) {
    await run(
      `INSERT INTO ${table} (${columns}) OVERRIDING SYSTEM VALUE
       SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1)`,
      [JSON.stringify(rows.slice(at, at + rowsPerStatement))],
    );
  }
}
