import type { Random } from '../random.js';
import { address, remark, remarkOrNull, userAgent } from '../words.js';
import { falls, groupBy, type orders, type reviews, type shipments, type Trade } from './orders.js';

export interface Past extends Trade {
  readonly orders: ReturnType<typeof orders>;
  readonly shipments: ReturnType<typeof shipments>;
  readonly reviews: ReturnType<typeof reviews>;
}

export function tickets(random: Random, past: Past, count: number) {
  const ofKnown = past.orders.filter(({ customer_id }) => customer_id === past.known);
  return Array.from({ length: count }, (_, i) => {
    const isKnown = falls(i, 8, count);
    const order = random.pick(isKnown ? ofKnown : past.orders);
    return {
      id: i + 1,
      customer_id: order.customer_id,
      order_id: isKnown || random.chance(0.8) ? order.id : null,
      assignee_id: isKnown || random.chance(0.7) ? random.integer(2, past.staff) : null,
      status: random.pick(['open', 'waiting', 'solved', 'spam']),
      subject: remark(random),
      group: random.pick(['billing', 'Versand', null]),
      labels: random.chance(0.5) ? random.some(['urgent', 'fraud?', '"quoted"', ' '], 0.4) : null,
      opened_at: random.moment(2019, 2026),
    };
  });
}

/** A thread each: questions and answers about what was sent and what was said of it. */
export function messages(random: Random, past: Past, opened: ReturnType<typeof tickets>) {
  const sent = groupBy(past.shipments, ({ order_id }) => order_id);
  const said = groupBy(past.reviews, ({ customer_id }) => customer_id);
  let id = 0;
  return opened.flatMap((ticket) => {
    const isKnown = ticket.customer_id === past.known;
    const parcels = sent.get(ticket.order_id ?? 0);
    const opinions = said.get(ticket.customer_id);
    return Array.from({ length: isKnown ? 5 : random.integer(1, 5) }, (_, i) => {
      id += 1;
      return {
        id,
        ticket_id: ticket.id,
        customer_id: ticket.customer_id,
        author_id: i % 2 === 1 ? ticket.assignee_id : null,
        in_reply_to: i > 0 ? id - 1 : null,
        shipment_id: parcels && (isKnown || random.chance(0.5)) ? random.pick(parcels).id : null,
        review_id: opinions && (isKnown || random.chance(0.1)) ? random.pick(opinions).id : null,
        body: remark(random),
        headers: random.chance(0.5)
          ? { 'X-Agent': userAgent(random), hops: [address(random)] }
          : null,
        attachment: random.chance(0.1) ? `\\x${random.hex(80)}` : null,
        sent_at: random.moment(2019, 2026),
      };
    });
  });
}

export function sessions(random: Random, past: Trade, count: number) {
  return Array.from({ length: count }, (_, i) => ({
    token: `sess_${random.hex(40)}`,
    customer_id: falls(i, 4, count) ? past.known : random.pick(past.customers).id,
    user_agent: random.chance(0.9) ? userAgent(random) : null,
    ip: random.chance(0.9) ? address(random) : null,
    data: random.chance(0.5) ? { cart: [random.integer(1, 99)], csrf: random.hex(16) } : null,
    expires_at: random.moment(2026, 2027),
  }));
}

export function apiTokens(random: Random, past: Trade, count: number) {
  return Array.from({ length: count }, (_, i) => ({
    id: random.uuid(),
    customer_id: falls(i, 3, count) ? past.known : random.pick(past.customers).id,
    name: random.pick(['CI', 'Zoë’s laptop', 'do not use', '']),
    secret: random.chance(0.5) ? `hfk_${random.hex(40)}` : null,
    secret_digest: `\\x${random.hex(64)}`,
    scopes: random.some(['read', 'write:orders', 'admin "all"'], 0.5),
    expires_at: random.chance(0.6) ? 'infinity' : random.moment(2024, 2028),
  }));
}

/** About any table and of every time; at times the same line came twice. */
export function auditLog(random: Random, past: Past, count: number) {
  return Array.from({ length: count }, (_, i) => {
    const isKnown = falls(i, 9, count);
    const { customer_id, status, total } = random.pick(past.orders);
    return {
      at: random.chance(0.01) ? '1969-07-20T20:17:40Z' : random.moment(2012, 2026),
      user: random.chance(0.9) ? `staff.${random.integer(1, past.staff)}@shop.example` : null,
      action: random.pick(['order.update', 'customer.export', 'löschen', 'login failed']),
      customer_id: isKnown ? past.known : random.chance(0.9) ? customer_id : null,
      before: random.chance(0.5) ? { status, total, remark: remarkOrNull(random, 0.3) } : null,
      after: random.chance(0.7) ? { status: 'paid', total } : null,
      client: random.chance(0.7) ? address(random) : null,
    };
  }).flatMap((line) => (random.chance(0.02) ? [line, line] : [line]));
}
