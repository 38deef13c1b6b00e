import { sequence, tableFactory } from 'hot-fixture';

/** As `hfit types` writes it. */
export interface Tables {
  company: { id: number; name: string };
  customer: { id: number; company_id: number; name: string; email: string; level: string };
  product: { id: number; company_id: number; name: string; cents: number };
  orders: { id: number; company_id: number; customer_id: number; status: string };
  line: { order_id: number; product_id: number; pieces: number };
}

export const company = tableFactory<Tables['company']>('company');

/** Said is only what matters to tests; the rest comes from the tables. */
export const customer = tableFactory<Tables['customer']>('customer', { level: 'basic' }).trait(
  'gold',
  { level: 'gold' },
);

export const product = tableFactory<Tables['product']>('product', {
  name: sequence((n) => `Book ${n}`),
}).trait('priced', (it, cents: number) => it.set({ cents }));

export const order = tableFactory<Tables['orders']>('orders', { status: 'open' }).trait('paid', {
  status: 'paid',
});

export const line = tableFactory<Tables['line']>('line');
