import { randomBytes } from 'node:crypto';
import { knownCustomer } from './data.js';

/** Runs one statement with texts bound to it, and gives back its rows. */
export type Ask = (sql: string, parameters?: string[]) => Promise<Record<string, unknown>[]>;

export interface Secret {
  readonly table: string;
  readonly column: string;
  /** What to look for; it stands nowhere else. */
  readonly secret: string;
}

/**
 * Hides a secret in every column that can hold a text: text, varchar, domains on them, arrays,
 * JSON and binary. Each goes into a row that the template of the demo needs. Left out are columns
 * that a CHECK limits to a fixed set of words.
 */
export async function plantSecrets(ask: Ask): Promise<Secret[]> {
  await ask(knownCase);
  const secrets: Secret[] = [];
  for (const { table, column, base, size, computed, target } of await ask(textColumns)) {
    const place = `${table}.${column}`;
    const where = rowOf[String(table)];
    if (where === undefined) throw new Error(`No row of ${table} is known to be in the package.`);
    if (computed || target) continue;
    const secret = await plant(ask, String(table), String(column), String(base), size, where);
    if (secret === null) throw new Error(`No secret fits into ${place}.`);
    secrets.push({ table: String(table), column: String(column), secret });
  }
  // What is computed from another column, or points to it, holds that one's secret.
  for (const { table, column, computed, target } of await ask(textColumns)) {
    const source = secrets.find(({ table: t, column: c }) => {
      return target
        ? `${t}.${c}` === target
        : t === table && new RegExp(`\\b${c}\\b`).test(String(computed));
    });
    if (!computed && !target) continue;
    if (!source) throw new Error(`Nothing is planted where ${table}.${column} comes from.`);
    secrets.push({ table: String(table), column: String(column), secret: source.secret });
  }
  await ask('DROP VIEW known_case');
  return secrets;
}

/** Tries the longest form first: the length, the domain and the checks of the column decide. */
async function plant(
  ask: Ask,
  table: string,
  column: string,
  base: string,
  size: unknown,
  where: string,
): Promise<string | null> {
  const mark = randomBytes(8).toString('hex');
  const full = `SECRET-${table.split('.').at(-1)}-${column.replace(/\W+/g, '-')}-${mark}`;
  const digits = BigInt(`0x9${mark}`).toString();
  const forms: [secret: string, value: string][] =
    base === 'json' || base === 'jsonb'
      ? [[full, JSON.stringify({ note: ['ordinary', full] })]]
      : base === 'bytea'
        ? [[full, `\\x${Buffer.from(full).toString('hex')}`]]
        : base.endsWith('[]')
          ? [[full, `{ordinary,"${full}"}`]]
          : [
              full,
              full.toLowerCase().replaceAll('_', '-'),
              `SECRET-${mark}`,
              `S-${mark}`,
              mark,
            ].map((text) => [text, text]);
  forms.push([full, `${full}@shop.example`]);
  forms.push([digits.slice(0, 19), digits.slice(0, 19)]);
  for (const [secret, value] of forms) {
    if (typeof size === 'number' && value.length > size) continue;
    try {
      const sql = `UPDATE ${table} SET "${column}" = $1::text::${base} WHERE ${where} RETURNING 1`;
      if ((await ask(sql, [value])).length > 0) return secret;
      throw new Error(`The row of ${table} that should take a secret is not there: ${where}`);
    } catch (error) {
      // 22 and 23: the value does not fit the type, or breaks a constraint.
      if (!/^2[23]/.test(String((error as { code?: unknown }).code))) throw error;
    }
  }
  return null;
}

/** Each text column; `computed` is its expression, `target` the column that it points to. */
const textColumns = `
  SELECT format('%I.%I', n.nspname, r.relname) AS table, a.attname AS column,
         format_type(b.oid, NULL) AS base,
         CASE WHEN b.typmod > 4 THEN b.typmod - 4 END AS size,
         CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END AS computed,
         (SELECT format('%I.%I.%I', tn.nspname, t.relname, ta.attname)
          FROM pg_constraint f JOIN pg_class t ON t.oid = f.confrelid
          JOIN pg_namespace tn ON tn.oid = t.relnamespace
          JOIN pg_attribute ta ON ta.attrelid = t.oid AND ta.attnum = f.confkey[1]
          WHERE f.conrelid = r.oid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum]) AS target
  FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
  JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum
  JOIN pg_type t ON t.oid = a.atttypid
  CROSS JOIN LATERAL (
    SELECT x.oid, x.typelem, CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END AS typmod
    FROM pg_type x WHERE x.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END) b
  JOIN pg_type e ON e.oid = CASE WHEN b.typelem <> 0 AND t.typcategory = 'A' THEN b.typelem ELSE b.oid END
  WHERE r.relkind = 'r' AND n.nspname IN ('public', 'finance')
    AND (e.typcategory = 'S' OR e.typname IN ('json', 'jsonb', 'bytea'))
    AND NOT EXISTS (
      SELECT 1 FROM pg_constraint c WHERE c.conrelid = r.oid AND c.contype = 'c'
      AND c.conkey = ARRAY[a.attnum] AND pg_get_constraintdef(c.oid) LIKE '%= ANY (ARRAY[%')
  ORDER BY 1, a.attnum`;

/** One message of the known customer with all that hangs on it. */
const knownCase = `
  CREATE TEMP VIEW known_case AS
  SELECT m.id AS message, t.id AS ticket, o.id AS order, o.coupon_code, o.card_position,
         o.shipping_address_id AS address, s.id AS shipment, i.line_no, i.product_id,
         i.category_id, r.id AS review, t.assignee_id AS employee
  FROM support_messages m JOIN support_tickets t ON t.id = m.ticket_id
  JOIN shipments s ON s.id = m.shipment_id
  JOIN order_items i ON i.order_id = s.order_id AND i.line_no = s.line_no
  JOIN orders o ON o.id = i.order_id JOIN reviews r ON r.id = m.review_id
  WHERE m.customer_id = ${knownCustomer} AND o.card_position IS NOT NULL
    AND i.category_id IS NOT NULL AND o.coupon_code IS NOT NULL AND t.assignee_id IS NOT NULL
  ORDER BY m.id LIMIT 1`;

const of = (column: string) => `(SELECT ${column} FROM known_case)`;
const ofCustomer = (table: string) =>
  `ctid = (SELECT min(ctid) FROM ${table} WHERE customer_id = ${knownCustomer})`;

/** A row of each table that the template of the demo cannot do without. */
const rowOf: Record<string, string> = {
  'public.support_messages': `id = ${of('message')}`,
  'public.support_tickets': `id = ${of('ticket')}`,
  'public.shipments': `id = ${of('shipment')}`,
  'public.reviews': `id = ${of('review')}`,
  'public.orders': `id = ${of('"order"')}`,
  'public.order_items': `(order_id, line_no) = (SELECT "order", line_no FROM known_case)`,
  'public.customers': `id = ${knownCustomer}`,
  'public.addresses': `id = ${of('address')}`,
  'public.payment_cards': `customer_id = ${knownCustomer} AND position = ${of('card_position')}`,
  'public.coupons': `code = ${of('coupon_code')}`,
  'public.products': `id = ${of('product_id')}`,
  'public.categories': `id = ${of('category_id')}`,
  'public.product_categories': `(product_id, category_id) = (SELECT product_id, category_id FROM known_case)`,
  'public.employees': `id = ${of('employee')}`,
  'public.departments': `id = (SELECT department_id FROM employees WHERE id = ${of('employee')})`,
  'public.sessions': ofCustomer('sessions'),
  'public.api_tokens': ofCustomer('api_tokens'),
  'public.audit_log': ofCustomer('audit_log'),
  'finance.exchange_rates': `(currency, day) = ('USD', '2025-01-01')`,
};
