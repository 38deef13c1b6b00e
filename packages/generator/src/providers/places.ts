import { HfitError } from '@hot-fixture/errors';
import { fitted, numbersWithin, tooShort } from '../fitting.js';
import { locales } from '../locale.js';
import { numbering } from '../numbering.js';
import { addressesOf } from '../people/addresses.js';
import { companiesOf } from '../people/companies.js';
import { countries } from '../people/countries.js';
import { localised } from '../people/localised.js';
import type { Place } from '../place.js';
import type { Source } from '../source.js';
import { composed, listed } from '../space.js';
import type { Spec } from '../types.js';
import { inLocalesOf } from './people.js';

const longestAddress = 120;
const longestPart = 60;
const longestCompany = 64;

/** All parts of one row belong to one address. */
export function address(spec: Spec<'address'>, given: Place): Source<string> {
  const place = inLocalesOf(spec, given);
  const { part = 'full' } = spec;
  const fits = (spec.maxLength ?? longestPart) >= longestPart;
  if (spec.unique && part !== 'full' && fits) return uniquePart(spec, part, place);
  const addresses = localised(place, spec.of ?? '', 'address', addressesOf);
  if (part === 'country' || part === 'countryCode') {
    const field = part === 'country' ? 'name' : 'code';
    const ofRow = (row: number) => countries[addresses.localeAt(row)][field];
    return fitted({ size: 1, ofRow }, longestPart, place, spec);
  }
  const ofRow = (row: number) => addresses.at(row)[part];
  const longest = part === 'full' ? longestAddress : longestPart;
  return fitted({ size: addresses.size, ofRow }, longest, place, spec);
}

/** Counted for itself: the rest of the row's address does not follow it. */
function uniquePart(
  spec: Spec<'address'>,
  part: Exclude<Spec<'address'>['part'], 'full' | undefined>,
  place: Place,
): Source<string> {
  if (part === 'city') return listed(place.locales.flatMap((name) => locales[name].cities));
  if (part === 'country') return listed(place.locales.map((name) => countries[name].name));
  if (part === 'countryCode') return listed(place.locales.map((name) => countries[name].code));
  const [only, ...more] = place.locales;
  if (only === undefined || more.length > 0) {
    const reason = `each ${part} may be of several locales`;
    throw new HfitError('HFIT_GENERATOR_NOT_UNIQUE', { type: spec.type, reason });
  }
  const { street, postcode } = locales[only];
  return composed((draws) => (part === 'street' ? street(draws) : draws.digits(postcode)));
}

export function company(spec: Spec<'company'>, given: Place): Source<string> {
  const place = inLocalesOf(spec, given);
  const companies = companyAt(place, spec.of);
  const names = { size: companies.size, ofRow: (row: number) => companies.at(row).name };
  return fitted(names, longestCompany, place, spec);
}

const companyAt = (place: Place, of = '') => localised(place, of, 'company', companiesOf);

/** In `.example`, which RFC 2606 sets aside: it leads nowhere. */
export function url(spec: Spec<'url'>, given: Place): Source<string> {
  const place = inLocalesOf(spec, given);
  const before = spec.part === 'host' ? '' : 'https://';
  const after = '.example';
  const needed = before.length + 1 + after.length;
  // A label of a host has up to 63 characters (RFC 1035).
  const room = Math.min(63, (spec.maxLength ?? 200) - needed + 1);
  if (room < 1) throw tooShort(spec, needed);
  const companies = companyAt(place, spec.of);
  const number = numbering(place.key('number'));
  return {
    size: numbersWithin(room),
    ofRow(row) {
      const tail = spec.unique ? `${number(row)}` : '';
      const host = companies
        .at(row)
        .host.slice(0, room - tail.length)
        .replace(/-$/, '');
      return `${before}${host}${tail}${after}`;
    },
  };
}
