import { faker } from '@faker-js/faker/locale/es';
import type { Locale } from '../locale.js';
import { words } from '../words.js';

const { person, location } = faker.rawDefinitions;
const given = person?.first_name;
const family = words(person?.last_name?.generic);
const ways = ['Avenida', 'Calle', 'Camino', 'Paseo', 'Plaza'];

export const es: Locale = {
  people: [{ given: words(given?.generic, given?.female, given?.male), family }],
  fullName: (given, family) => `${given} ${family}`,
  cities: words(location?.city_name),
  lists: { ways },
  street: (draws) => `${draws.pick(ways)} ${draws.pick(family)}, ${draws.integer(1, 199)}`,
  postcode: '#####',
  address: (street, postcode, city) => `${street}, ${postcode} ${city}`,
  phones: ['+34 6## ### ###', '+34 9## ### ###'],
};
