import type { Random } from '../random.js';
import {
  address,
  oddNames,
  type Person,
  person,
  phone,
  remarkOrNull,
  userAgent,
} from '../words.js';

const departmentNames = [
  'Board', 'Purchasing', 'Kundendienst', 'Entrepôt', 'ΙΤ', 'Versand & Retouren', 'Marketing',
  'Legal', 'Buchhaltung', '品質管理', 'Photo studio', 'Returns', "Founders' office",
]; // biome-ignore format: a list

/** Departments as they come first: their heads are appointed when there are employees. */
export function departments() {
  return departmentNames.map((name, i) => ({
    id: i + 1,
    name,
    cost_centre: i % 4 === 3 ? null : `CC-${1000 + i * 7}`,
  }));
}

/** The first of them leads all others; each has a manager who came before. */
export function employees(random: Random, count: number) {
  return Array.from({ length: count }, (_, i) => {
    const who = person(random);
    const earlier = () => random.integer(1, i);
    return {
      id: i + 1,
      department_id: i < departmentNames.length ? i + 1 : random.integer(1, departmentNames.length),
      manager_id: i === 0 ? null : Math.max(1, Math.floor(earlier() / 4)),
      mentor_id: i > 0 && random.chance(0.4) ? earlier() : null,
      full_name: who.name,
      email: `staff.${i + 1}@shop.example`,
      phone: random.chance(0.8) ? phone(random, who) : null,
      iban: random.chance(0.9) ? `DE${random.digits(20)}` : null,
      salary: random.chance(0.95) ? `${random.integer(28_000, 95_000)}.${random.digits(2)}` : null,
      skills: random.some(['Excel', 'forklift', 'русский', 'say "no"', 'a,b', '{}'], 0.3),
      hired_on: i === 0 ? '1968-05-13' : random.day(1985, 2026),
      lunch_break: random.pick(['00:30:00', '1 hour', '-00:05:00', null]),
      notes: remarkOrNull(random, 0.3),
    };
  });
}

/** @param known the customer of the demo, about whom there is something in every table */
export function customers(
  random: Random,
  firstId: number,
  count: number,
  known: number,
  staff: number,
) {
  return Array.from({ length: count }, (_, i) => {
    const id = firstId + i;
    const who: Person = person(random);
    const born = random.next();
    return {
      id,
      public_id: random.uuid(),
      full_name: random.chance(0.02) ? random.pick(oddNames) : who.name,
      email: emailOf(random, id),
      phone: random.chance(0.7) ? phone(random, who) : null,
      birth_date: born < 0.2 ? null : born < 0.22 ? '1900-01-01' : random.day(1931, 2008),
      password_hash: random.chance(0.9) ? `$argon2id$v=19$${random.hex(32)}` : null,
      preferences: preferences(random),
      tags: random.some(
        ['vip', 'b2b', 'returns a lot', 'späte Zahlerin', 'O"Neill', '{x,y}', ''],
        0.15,
      ),
      channels: random.some(['email', 'sms', 'letter', 'phone'], 0.4),
      signup_ip: random.chance(0.9) ? address(random) : null,
      credit_limit: random.chance(0.1)
        ? `${random.integer(-50, 99_999)}.${random.digits(2)}`
        : null,
      legacyCrmId: random.chance(0.3) ? `crm/${random.hex(8)}` : null,
      notes: remarkOrNull(random, 0.15),
      referred_by:
        i > 0 && (id === known || random.chance(0.3)) ? random.integer(firstId, id - 1) : null,
      account_manager_id: id === known || random.chance(0.1) ? random.integer(2, staff) : null,
      created_at: random.chance(0.01) ? '1969-12-31T23:59:59.999999Z' : random.moment(2009, 2026),
      deleted_at: id !== known && random.chance(0.05) ? random.moment(2024, 2026) : null,
    };
  });
}

function emailOf(random: Random, id: number): string {
  const form = random.next();
  if (form < 0.05) return `Łukasz.${id}@пошта.example`;
  if (form < 0.1) return `o'neill+news.${id}@very-long-company-name.co.example`;
  return `customer.${id}@mail${random.integer(1, 9)}.example`;
}

function preferences(random: Random): object {
  return random.chance(0.2)
    ? {}
    : {
        language: random.pick(['de', 'es-MX', 'zh-Hant', 'ar']),
        newsletter: random.chance(0.5),
        limit: 9007199254740993n.toString(),
        seen: { agent: userAgent(random), 'odd "key"\n': [null, 1.5e-7, '\\u0000 is text'] },
      };
}

/** One or two for each customer; the first is the default. */
export function addresses(random: Random, owners: ReturnType<typeof customers>, known: number) {
  let id = 50_000;
  return owners.flatMap(({ id: customer_id, full_name }) => {
    const count = customer_id === known ? 3 : random.pick([0, 1, 1, 1, 2, 3]);
    return Array.from({ length: count }, (_, i) => {
      const { place } = person(random);
      return {
        id: ++id,
        customer_id,
        recipient: random.chance(0.8) ? full_name : person(random).name,
        line1: `${random.pick(place.streets)} ${random.integer(1, 199)}`,
        line2: random.pick(['', null, null, '3ᵉ étage', 'c/o "Büro"']),
        city: random.pick(place.cities),
        postcode: random.chance(0.9) ? random.digits(5) : '',
        country: place.country,
        vat_number: random.chance(0.1) ? `${place.country}B${random.digits(8)}` : null,
        delivery_hint: remarkOrNull(random, 0.2),
        is_default: i === 0,
      };
    });
  });
}

/** Some have expired, one long ago. */
export function cards(
  random: Random,
  owners: ReturnType<typeof customers>,
  homes: ReturnType<typeof addresses>,
  known: number,
) {
  const homeOf = new Map(homes.map((home) => [home.customer_id, home.id]));
  return owners.flatMap(({ id: customer_id, full_name }) => {
    const count = customer_id === known ? 3 : random.pick([0, 1, 1, 2]);
    return Array.from({ length: count }, (_, i) => ({
      customer_id,
      position: i + 1,
      brand: random.pick(['visa', 'mastercard', 'amex', 'jcb', 'carte bancaire']),
      holder: full_name.toUpperCase(),
      number: `4${random.digits(random.pick([14, 15]))}`,
      expires_on: random.chance(0.01) ? '1969-07-31' : `${random.day(2022, 2031).slice(0, 7)}-28`,
      billing_address_id: homeOf.get(customer_id) ?? null,
      gateway_token: random.chance(0.9) ? `tok_${random.hex(24)}` : null,
    }));
  });
}
