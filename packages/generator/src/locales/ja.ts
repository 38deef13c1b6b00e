import { faker } from '@faker-js/faker/locale/ja';
import type { Locale } from '../locale.js';
import { words } from '../words.js';

const { person, location } = faker.rawDefinitions;
const given = person?.first_name;
const family = words(person?.last_name?.generic);
// The locale names no cities of its own: they are made of its parts, once.
const cities = words(
  words(location?.city_suffix).flatMap((suffix) => family.map((name) => `${name}${suffix}`)),
);

export const ja: Locale = {
  people: [{ given: words(given?.generic, given?.female, given?.male), family }],
  fullName: (given, family) => `${family} ${given}`,
  cities,
  lists: {},
  street: (draws) => draws.digits('!丁目!番!号'),
  postcode: '###-####',
  address: (street, postcode, city) => `〒${postcode} ${city}${street}`,
  phones: ['+81 3-####-####', '+81 90-####-####'],
};
