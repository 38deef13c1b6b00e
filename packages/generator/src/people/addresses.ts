import { type LocaleName, locales } from '../locale.js';
import { composed, joined, type Space } from '../space.js';
import { countries } from './countries.js';

export interface Address {
  readonly street: string;
  readonly postcode: string;
  readonly city: string;
  /** In one line, in the order of the locale. */
  readonly full: string;
}

export function addressesOf(locale: LocaleName): Space<Address> {
  const { cities, postcode: pattern, street: drawStreet, address } = locales[locale];
  return composed((draws) => {
    const street = drawStreet(draws);
    const postcode = draws.digits(pattern);
    const city = draws.pick(cities);
    return { street, postcode, city, full: address(street, postcode, city) };
  });
}

/**
 * The patterns of the phone numbers of a locale.
 * @param reserved only those that are set aside for films, where the country has any
 */
export function phonePatterns(locale: LocaleName, reserved: boolean): readonly string[] {
  return reserved ? locales[locale].phones : [countries[locale].anyPhone];
}

export function phonesOf(locale: LocaleName, reserved: boolean): Space<string> {
  return joined(
    phonePatterns(locale, reserved).map((pattern) => composed((draws) => draws.digits(pattern))),
  );
}
