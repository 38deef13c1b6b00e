import type { Random } from '../random.js';
import { address, person, remark, remarkOrNull, shortRemark, userAgent } from '../words.js';
import type { coupons, productCategories, products } from './catalogue.js';
import type { addresses, cards, customers } from './people.js';

export interface Trade {
  readonly customers: ReturnType<typeof customers>;
  readonly addresses: ReturnType<typeof addresses>;
  readonly cards: ReturnType<typeof cards>;
  readonly coupons: ReturnType<typeof coupons>;
  readonly products: ReturnType<typeof products>;
  readonly shelves: ReturnType<typeof productCategories>;
  readonly staff: number;
  /** The customer of the demo. */
  readonly known: number;
}

const currencies = ['EUR', 'EUR', 'EUR', 'USD', 'GBP', 'JPY', 'PLN', 'INR'] as const;
const statuses = [
  'cart',
  'paid',
  'packed',
  'shipped',
  'delivered',
  'delivered',
  'returned',
  'cancelled',
];

export function orders(random: Random, trade: Trade, count: number) {
  const { known } = trade;
  const homes = groupBy(trade.addresses, (home) => home.customer_id);
  const wallets = groupBy(trade.cards, (card) => card.customer_id);
  return Array.from({ length: count }, (_, i) => {
    const isKnown = falls(i, 12, count);
    const customer_id = isKnown ? known : random.pick(trade.customers).id;
    const home = homes.get(customer_id);
    const wallet = wallets.get(customer_id);
    const currency = random.pick(currencies);
    return {
      id: 300_001 + i,
      number: `HF-${700_001 + i}`,
      customer_id,
      status: random.pick(statuses),
      currency,
      total: `${random.integer(0, 5000)}.${currency === 'JPY' ? '00' : random.digits(2)}`,
      coupon_code: isKnown || random.chance(0.15) ? random.pick(trade.coupons).code : null,
      shipping_address_id: home ? random.pick(home).id : null,
      billing_address_id: home?.[0]?.id ?? null,
      // Half a composite key is null where it was paid otherwise.
      card_position:
        wallet && (isKnown || random.chance(0.7)) ? random.pick(wallet).position : null,
      gift_message: remarkOrNull(random, 0.1),
      user_agent: random.chance(0.9) ? userAgent(random) : null,
      client_ip: random.chance(0.9) ? address(random) : null,
      placed_at: random.moment(2018, 2026),
    };
  });
}

export function orderItems(random: Random, trade: Trade, placed: ReturnType<typeof orders>) {
  return placed.flatMap(({ id, customer_id }) => {
    const count = customer_id === trade.known ? 3 : random.pick([1, 1, 2, 2, 3, 5]);
    return Array.from({ length: count }, (_, i) => {
      const shelf = random.pick(trade.shelves);
      return {
        order_id: id,
        line_no: i + 1,
        product_id: shelf.product_id,
        category_id: customer_id === trade.known || random.chance(0.9) ? shelf.category_id : null,
        quantity: random.pick([1, 1, 1, 2, 12]),
        unit_price: trade.products[shelf.product_id - 1]?.price ?? '0.00',
        engraving: random.chance(0.03) ? shortRemark(random, 60) : null,
        customer_id,
      };
    });
  });
}

type Items = ReturnType<typeof orderItems>;

export function shipments(random: Random, trade: Trade, items: Items) {
  const sent = items.filter((item) => item.customer_id === trade.known || random.chance(0.5));
  return sent.map(({ order_id, line_no }) => {
    const shipped = random.moment(2018, 2026);
    const days = random.integer(1, 20);
    return {
      id: random.uuid(),
      order_id,
      line_no,
      carrier: random.pick(['DHL', 'GLS', 'UPS', 'Poczta Polska', '郵便', 'pigeon']),
      tracking_number: random.chance(0.9)
        ? `${random.hex(4).toUpperCase()}${random.digits(12)}`
        : null,
      packed_by: random.chance(0.9) ? random.integer(1, trade.staff) : null,
      signed_by: random.chance(0.6) ? person(random).name : null,
      route: random.chance(0.3) ? [{ hub: 'Köln', at: shipped }, null] : null,
      weight_kg: random.chance(0.01) ? 'NaN' : random.next() * 10,
      shipped_at: shipped,
      delivered_at: random.chance(0.8)
        ? new Date(Date.parse(shipped) + days * 86_400_000).toISOString()
        : null,
    };
  });
}

export function reviews(random: Random, trade: Trade, items: Items, probability: number) {
  let id = 0;
  return items
    .filter((item) => item.customer_id === trade.known || random.chance(probability))
    .map(({ order_id, line_no, product_id, customer_id }) => {
      const bought = customer_id === trade.known || random.chance(0.8);
      return {
        id: ++id,
        product_id,
        customer_id,
        order_id: bought ? order_id : null,
        line_no: bought ? line_no : null,
        rating: random.integer(1, 5),
        title: random.chance(0.7) ? shortRemark(random, 100) : null,
        body: remark(random),
        reply: remarkOrNull(random, 0.2),
        moderator_id: random.chance(0.5) ? random.integer(1, trade.staff) : null,
        written_at: random.moment(2018, 2026),
      };
    });
}

/** As Map.groupBy, which Node 20 has not. */
export function groupBy<T, K>(values: readonly T[], keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}

/** Whether the i-th of `count` is one of at least `times` that are spread over them. */
export function falls(i: number, times: number, count: number): boolean {
  return (i + 1) % Math.max(1, Math.floor(count / times)) === 0;
}
