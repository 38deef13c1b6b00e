import { faker } from '@faker-js/faker/locale/en';
import type { Locale } from '../locale.js';
import { words } from '../words.js';

const { person, location } = faker.rawDefinitions;
const given = person?.first_name;
const streets = words(location?.street_name);

export const en: Locale = {
  people: [
    {
      given: words(given?.generic, given?.female, given?.male),
      family: words(person?.last_name?.generic),
    },
  ],
  fullName: (given, family) => `${given} ${family}`,
  cities: words(location?.city_name),
  lists: { streets },
  street: (draws) => `${draws.integer(1, 9999)} ${draws.pick(streets)}`,
  postcode: '#####',
  address: (street, postcode, city) => `${street}, ${city} ${postcode}`,
  phones: ['+1 !##-555-01##'],
};
