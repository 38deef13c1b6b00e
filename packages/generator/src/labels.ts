import type { Spec } from './types.js';

/** What a name of a column tells of what it holds; the first line that fits counts. */
const texts: readonly (readonly [RegExp, Spec])[] = [
  [/(^|_)e_?mail(_address)?$/, { type: 'email' }],
  [/(^|_)(first|given|fore)_?name$/, { type: 'name', part: 'given' }],
  [/(^|_)(last|family|sur)_?name$/, { type: 'name', part: 'family' }],
  [/(^|_)(user_?name|login|nick_?name|handle)$/, { type: 'userName' }],
  [/(^|_)(full|display|contact|customer|employee|person|author)_?name$/, { type: 'name' }],
  [/(^|_)(phone|mobile|fax|telephone|tel)(_?(number|no))?$/, { type: 'phone' }],
  [
    /(^|_)(company|organi[sz]ation|employer|manufacturer|vendor|supplier)(_?name)?$/,
    { type: 'company' },
  ],
  [/(^|_)(url|website|web_?site|homepage|link|uri)$/, { type: 'url' }],
  [/(^|_)(host|host_?name|domain|subdomain)$/, { type: 'url', part: 'host' }],
  [/(^|_)(ip|ip_?address|ip_?addr)$/, { type: 'ipAddress', range: 'private' }],
  [/(^|_)(mac|mac_?address|mac_?addr)$/, { type: 'macAddress' }],
  [/(^|_)(uuid|guid)$/, { type: 'uuid' }],
  [/(^|_)(street|street_?address|address_?(line_?)?1?)$/, { type: 'address', part: 'street' }],
  [/(^|_)(city|town)$/, { type: 'address', part: 'city' }],
  [/(^|_)(zip|zip_?code|postal_?code|post_?code)$/, { type: 'address', part: 'postcode' }],
  [/(^|_)country_?code$/, { type: 'address', part: 'countryCode' }],
  [/(^|_)country$/, { type: 'address', part: 'country' }],
  [/(^|_)(locale|language|lang)$/, { type: 'locale' }],
  [/(^|_)currency(_?code)?$/, { type: 'oneOf', values: ['EUR', 'USD', 'GBP', 'JPY', 'CHF'] }],
  [
    /(^|_)(hash|digest|checksum|token|secret|password|salt)$/,
    { type: 'string', alphabet: '0123456789abcdef', length: 32 },
  ],
  [/(^|_)(title|subject|label|name|category|plan)$/, { type: 'text', words: 2 }],
  [/(^|_)(code|number|no|sku|serial|reference|key)$/, { type: 'string', pattern: '??-######' }],
];

/** Tables whose rows are people or companies: their `name` is one of those. */
const people =
  /(^|_)(user|customer|person|people|employee|contact|author|member|actor|staff|client|student|patient|subscriber)s?$/;
const companies =
  /(^|_)(compan(y|ies)|organi[sz]ations?|suppliers?|vendors?|tenants?|manufacturers?)$/;

const numbers: readonly (readonly [RegExp, { readonly min: number; readonly max: number }])[] = [
  [/(^|_)age$/, { min: 18, max: 90 }],
  [/(^|_)year$/, { min: 1990, max: 2025 }],
  [/(^|_)month$/, { min: 1, max: 12 }],
  [/(^|_)(quantity|qty|count)$/, { min: 1, max: 20 }],
  [/(^|_)(percent|percentage|discount)$/, { min: 0, max: 100 }],
  [/(^|_)(rating|stars)$/, { min: 1, max: 5 }],
  [/(^|_)(price|amount|total|subtotal|cost|fee|balance|rate)$/, { min: 1, max: 999 }],
  [/(^|_)(lat|latitude)$/, { min: -90, max: 90 }],
  [/(^|_)(lng|lon|long|longitude)$/, { min: -180, max: 180 }],
];

/** What a text column holds, as its name says; null where it says nothing. */
export function textOfLabel(label: string, table: string): Spec | null {
  const name = snake(label);
  if (name === 'name' && people.test(snake(table))) return { type: 'name' };
  if (name === 'name' && companies.test(snake(table))) return { type: 'company' };
  return texts.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** The numbers that a column's name lets one expect. */
export function rangeOfLabel(label: string): { readonly min: number; readonly max: number } | null {
  const name = snake(label);
  return numbers.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** `firstName`, `FirstName` and `first-name` are `first_name`. */
function snake(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
}
