import { faker } from '@faker-js/faker/locale/fr';
import type { Locale } from '../locale.js';
import { words } from '../words.js';

const { person, location } = faker.rawDefinitions;
const given = person?.first_name;
const ways = words(location?.street_prefix);
const names = words(location?.street_suffix);

export const fr: Locale = {
  people: [
    {
      given: words(given?.generic, given?.female, given?.male),
      family: words(person?.last_name?.generic),
    },
  ],
  fullName: (given, family) => `${given} ${family}`,
  cities: words(location?.city_name),
  lists: { ways, names },
  street: (draws) => `${draws.integer(1, 299)} ${draws.pick(ways)} ${draws.pick(names)}`,
  postcode: '#####',
  address: (street, postcode, city) => `${street}, ${postcode} ${city}`,
  phones: [
    '+33 1 99 00 ## ##',
    '+33 2 61 91 ## ##',
    '+33 3 53 01 ## ##',
    '+33 4 65 71 ## ##',
    '+33 5 36 49 ## ##',
    '+33 6 39 98 ## ##',
  ],
};
