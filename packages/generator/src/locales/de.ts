import { faker } from '@faker-js/faker/locale/de';
import type { Locale } from '../locale.js';
import { words } from '../words.js';

const { person, location } = faker.rawDefinitions;
const given = person?.first_name;
const streets = words(location?.street_name);

export const de: Locale = {
  people: [
    {
      given: words(given?.generic, given?.female, given?.male),
      family: words(person?.last_name?.generic),
    },
  ],
  fullName: (given, family) => `${given} ${family}`,
  cities: words(location?.city_name),
  lists: { streets },
  street: (draws) => `${draws.pick(streets)} ${draws.integer(1, 199)}`,
  postcode: '#####',
  address: (street, postcode, city) => `${street}, ${postcode} ${city}`,
  phones: [
    '+49 30 23125 ###',
    '+49 40 66969 ###',
    '+49 69 90009 ###',
    '+49 89 99998 ###',
    '+49 221 4710 ###',
  ],
};
