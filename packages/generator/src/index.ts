export type { Draws } from './draws.js';
export { type Hmac, hmacSha256 } from './hmac.js';
export { type LocaleName, localeNames } from './locale.js';
export { exampleDomains, type Values, type ValuesOptions, valuesFrom } from './values.js';
