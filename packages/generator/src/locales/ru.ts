import { faker } from '@faker-js/faker/locale/ru';
import type { Locale } from '../locale.js';
import { words } from '../words.js';

const { person, location } = faker.rawDefinitions;
const given = person?.first_name;
const family = person?.last_name;
const streets = words(location?.street_name_part);

export const ru: Locale = {
  people: [
    { given: words(given?.female), family: words(family?.female) },
    { given: words(given?.male), family: words(family?.male) },
  ],
  fullName: (given, family) => `${given} ${family}`,
  cities: words(location?.city_name),
  lists: { streets },
  street: (draws) => `ул. ${draws.pick(streets)}, д. ${draws.integer(1, 199)}`,
  postcode: '######',
  address: (street, postcode, city) => `${street}, ${city}, ${postcode}`,
  phones: ['+7 9## ###-##-##'],
};
