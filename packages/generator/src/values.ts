import { HfitError } from '@hot-fixture/errors';
import { type Words, wordsOf } from './chaskey.js';
import type { Draws } from './draws.js';
import { KeyedDraws, labelOf } from './keyed-draws.js';
import { type Locale, type LocaleName, localeNames, locales } from './locale.js';
import { fold } from './people/latin.js';

export interface ValuesOptions {
  /** `en` where it is not given. */
  readonly locale?: LocaleName;
}

/**
 * Values drawn from 16 bytes, or four words of 32 bits: the same bytes give the same values for ever, on every machine.
 * A value does not depend on which others were asked for before it, and all of them tell of one
 * person at one address.
 * @throws HFIT_GENERATOR_ENTROPY, HFIT_GENERATOR_LOCALE
 */
export function valuesFrom(entropy: Uint8Array | Words, options: ValuesOptions = {}): Values {
  const isBytes = entropy instanceof Uint8Array;
  if (isBytes && entropy.length !== 16) {
    throw new HfitError('HFIT_GENERATOR_ENTROPY', { length: entropy.length });
  }
  const name = options.locale ?? 'en';
  if (!Object.hasOwn(locales, name)) {
    throw new HfitError('HFIT_GENERATOR_LOCALE', { locale: name, known: localeNames.join(', ') });
  }
  return new Values(isBytes ? wordsOf(entropy) : entropy, locales[name]);
}

/** Made by {@link valuesFrom}. */
export class Values {
  readonly #key: Words;
  readonly #locale: Locale;

  constructor(key: Words, locale: Locale) {
    this.#key = key;
    this.#locale = locale;
  }

  /** A stream of its own for a value that is not offered here; the label names the value. */
  draws(label: string): Draws {
    return new KeyedDraws(this.#key, labelOf(label));
  }

  givenName(): string {
    const { given, first } = this.#person();
    return given[first] as string;
  }

  familyName(): string {
    const { family, last } = this.#person();
    return family[last] as string;
  }

  /** In the order of the locale. */
  fullName(): string {
    const { given, first, family, last } = this.#person();
    return this.#locale.fullName(given[first] as string, family[last] as string);
  }

  /** `given.family` in a-z; of an English name where the locale writes in another script. */
  userName(): string {
    const { given, first, family, last } = this.#person();
    const [one, two] = [folded(given)[first], folded(family)[last]];
    return one && two ? `${one}.${two}` : new Values(this.#key, locales.en).userName();
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

  /** Which names the person has, by their places in the lists. */
  #person() {
    const draws = this.draws('person');
    const { given, family } = draws.pick(this.#locale.people);
    return { given, first: draws.below(given.length), family, last: draws.below(family.length) };
  }
}

/** Domains that RFC 2606 sets aside for examples, all of one length. */
export const exampleDomains = ['example.com', 'example.org', 'example.net'] as const;

const remembered = new WeakMap<readonly string[], readonly string[]>();

/** The names of a list in a-z. */
function folded(names: readonly string[]): readonly string[] {
  let found = remembered.get(names);
  if (!found) {
    found = names.map(fold);
    remembered.set(names, found);
  }
  return found;
}
