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
  return new Values(isBytes ? wordsOf(entropy) : entropy, speechOf(options.locale ?? 'en'));
}

/** Made by {@link valuesFrom}. */
export class Values {
  readonly #key: Words;
  readonly #speech: Speech;

  constructor(key: Words, speech: Speech) {
    this.#key = key;
    this.#speech = speech;
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
    return this.#speech.locale.fullName(given[first] as string, family[last] as string);
  }

  /** `given.family` in a-z; of an English name where the locale writes in another script. */
  userName(): string {
    const { lists, first, last } = this.#person();
    const { latin } = lists;
    const one = latin.given[first];
    const two = latin.family[last];
    return one && two ? `${one}.${two}` : new Values(this.#key, speechOf('en')).userName();
  }

  /** In a domain that is reserved for examples (RFC 2606): no mail reaches anybody. */
  email(): string {
    const draws = this.draws('email');
    return `${this.userName()}${draws.integer(1, 9999)}@${draws.pick(exampleDomains)}`;
  }

  /** With the country prefix. */
  phone(): string {
    const draws = this.draws('phone');
    return draws.digits(draws.pick(this.#speech.locale.phones));
  }

  /** A street line: the street with its house number. */
  street(): string {
    return this.#speech.locale.street(this.draws('street'));
  }

  city(): string {
    return this.draws('city').pick(this.#speech.locale.cities);
  }

  /** In the form of the locale; it does not belong to the city. */
  postcode(): string {
    return this.draws('postcode').digits(this.#speech.locale.postcode);
  }

  /** Street line, postcode and city in one line, in the order of the locale. */
  address(): string {
    return this.#speech.locale.address(this.street(), this.postcode(), this.city());
  }

  /** Which names the person has, by their places in the lists. */
  #person() {
    const draws = this.draws('person');
    const lists = draws.pick(this.#speech.people);
    const { given, family } = lists;
    const [first, last] = [draws.below(given.length), draws.below(family.length)];
    return { given, first, family, last, lists };
  }
}

/** Domains that RFC 2606 sets aside for examples, all of one length. */
export const exampleDomains = ['example.com', 'example.org', 'example.net'] as const;

/** A locale whose names are prepared to be drawn many times. */
interface Speech {
  readonly locale: Locale;
  readonly people: readonly People[];
}

/** Names that go together. */
class People {
  readonly given: readonly string[];
  readonly family: readonly string[];
  #latin: Pick<People, 'given' | 'family'> | undefined;

  constructor({ given, family }: Locale['people'][number]) {
    this.given = given;
    this.family = family;
  }

  /** The same in a-z. */
  get latin() {
    this.#latin ??= { given: this.given.map(fold), family: this.family.map(fold) };
    return this.#latin;
  }
}

const speeches = new Map<LocaleName, Speech>();

/** @throws HFIT_GENERATOR_LOCALE */
function speechOf(name: LocaleName): Speech {
  const known = speeches.get(name);
  if (known) return known;
  if (!Object.hasOwn(locales, name)) {
    throw new HfitError('HFIT_GENERATOR_LOCALE', { locale: name, known: localeNames.join(', ') });
  }
  const locale: Locale = locales[name];
  const speech = { locale, people: locale.people.map((it) => new People(it)) };
  speeches.set(name, speech);
  return speech;
}
