import { HfitError } from '@hot-fixture/errors';
import type { Draws } from './draws.js';
import { type Hmac, hmacSha256 } from './hmac.js';
import { HmacDraws } from './hmac-draws.js';
import { type Locale, type LocaleName, localeNames, locales } from './locale.js';
import { fold } from './people/latin.js';

export interface ValuesOptions {
  /** `en` where it is not given. */
  readonly locale?: LocaleName;
}

/**
 * Values drawn from 32 bytes: the same bytes give the same values for ever, on every machine.
 * A value does not depend on which others were asked for before it, and all of them tell of one
 * person at one address.
 * @throws HFIT_GENERATOR_ENTROPY, HFIT_GENERATOR_LOCALE
 */
export function valuesFrom(entropy: Uint8Array, options: ValuesOptions = {}): Values {
  if (entropy.length !== 32) {
    throw new HfitError('HFIT_GENERATOR_ENTROPY', { length: entropy.length });
  }
  const name = options.locale ?? 'en';
  if (!Object.hasOwn(locales, name)) {
    throw new HfitError('HFIT_GENERATOR_LOCALE', { locale: name, known: localeNames.join(', ') });
  }
  return new Values(hmacSha256(entropy), locales[name]);
}

/** Made by {@link valuesFrom}. */
export class Values {
  readonly #hmac: Hmac;
  readonly #locale: Locale;

  constructor(hmac: Hmac, locale: Locale) {
    this.#hmac = hmac;
    this.#locale = locale;
  }

  /** A stream of its own for a value that is not offered here; the label names the value. */
  draws(label: string): Draws {
    return new HmacDraws(this.#hmac, label);
  }

  givenName(): string {
    return this.draws('givenName').pick(this.#people().given);
  }

  familyName(): string {
    return this.draws('familyName').pick(this.#people().family);
  }

  /** In the order of the locale. */
  fullName(): string {
    return this.#locale.fullName(this.givenName(), this.familyName());
  }

  /** `given.family` in a-z; of an English name where the locale writes in another script. */
  userName(): string {
    const own = userName(this.givenName(), this.familyName());
    return own ?? new Values(this.#hmac, locales.en).userName();
  }

  /** In a domain that is reserved for examples (RFC 2606): no mail reaches anybody. */
  email(): string {
    const draws = this.draws('email');
    return `${this.userName()}${draws.integer(1, 9999)}@${draws.pick(exampleDomains)}`;
  }

  /** With the country prefix. */
  phone(): string {
    const draws = this.draws('phone');
    return draws.digits(draws.pick(this.#locale.phones));
  }

  /** A street line: the street with its house number. */
  street(): string {
    return this.#locale.street(this.draws('street'));
  }

  city(): string {
    return this.draws('city').pick(this.#locale.cities);
  }

  /** In the form of the locale; it does not belong to the city. */
  postcode(): string {
    return this.draws('postcode').digits(this.#locale.postcode);
  }

  /** Street line, postcode and city in one line, in the order of the locale. */
  address(): string {
    return this.#locale.address(this.street(), this.postcode(), this.city());
  }

  #people() {
    return this.draws('people').pick(this.#locale.people);
  }
}

/** Domains that RFC 2606 sets aside for examples, all of one length. */
export const exampleDomains = ['example.com', 'example.org', 'example.net'] as const;

function userName(given: string, family: string): string | null {
  const first = fold(given);
  const last = fold(family);
  return first && last ? `${first}.${last}` : null;
}
