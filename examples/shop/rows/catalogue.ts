import type { Random } from '../random.js';
import { person, remark, remarkOrNull } from '../words.js';

const materials = ['Oak', 'Kupfer', 'Laine', 'Бамбук', '竹', 'Recycled', 'φ20 mm', '½-inch'];
const things = ['table', 'Kanne', 'écharpe', 'лампа', '茶碗', 'bicycle bell', 'Ψ-mug', '🪴 pot'];

/** A tree: each but the roots stands under one that came before. */
export function categories(random: Random, count: number) {
  return Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    parent_id: i < 6 ? null : random.integer(1, i),
    slug: `cat-${i + 1}-${random.hex(4)}`,
    name: `${random.pick(materials)} ${random.pick(things)}s`,
  }));
}

export function products(random: Random, count: number) {
  return Array.from({ length: count }, (_, i) => {
    const [material, thing] = [random.pick(materials), random.pick(things)];
    return {
      id: i + 1,
      sku: `${[...thing].slice(0, 2).join('')}-${random.hex(6)}-${i + 1}`,
      name: `${material} ${thing}`,
      description: random.chance(0.85) ? `${material} ${thing}. ${remark(random)}` : null,
      price: random.chance(0.01) ? '0.00' : `${random.integer(1, 900)}.${random.digits(2)}`,
      tags: random.some(['new', 'sale', 'größe XL', 'with, comma', 'with "quotes"', '\\'], 0.2),
      attributes: { material, sizes: [1, 2.5, null], care: { 'wash at': '30°' } },
      'shelf no.': random.chance(0.7) ? `${random.hex(1)}-${random.integer(1, 80)}` : null,
      thumbnail: random.chance(0.3) ? `\\x89504e470d0a1a0a${random.hex(64)}` : null,
      discontinued: random.chance(0.1),
    };
  });
}

export function productCategories(random: Random, productCount: number, categoryCount: number) {
  return Array.from({ length: productCount }, (_, i) => {
    const chosen = new Set([1, 2, 3].map(() => random.integer(1, categoryCount)));
    return [...chosen].map((category_id) => ({
      product_id: i + 1,
      category_id,
      placed_by: random.chance(0.5) ? person(random).name : null,
    }));
  }).flat();
}

export function coupons(random: Random, count: number, staff: number) {
  return Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    code: `${random.pick(['SUMMER', 'ÄPFEL', 'ВЕСНА', 'free ship'])}-${random.hex(4)}-${i + 1}`,
    description: random.chance(0.2) ? '' : remark(random),
    percent: random.integer(1, 100),
    valid_during: random.pick(['[2024-01-01,2025-01-01)', '[2026-06-01,)', 'empty', null]),
    made_by: random.integer(1, staff),
  }));
}

/** Of each day from 2025 on, for each currency. */
export function exchangeRates(random: Random, days: number) {
  const first = Date.UTC(2025, 0, 1);
  const around = { USD: 1.08, GBP: 0.85, JPY: 163, PLN: 4.3, INR: 90 };
  return Object.entries(around).flatMap(([currency, rate]) =>
    Array.from({ length: days }, (_, i) => ({
      currency,
      day: new Date(first + i * 86_400_000).toISOString().slice(0, 10),
      rate: `${(rate * (0.95 + random.next() / 10)).toFixed(6)}${random.digits(12)}`,
      source: remarkOrNull(random, 0.02),
    })),
  );
}
