import { localeNames, type Values } from '@hot-fixture/generator';
import { fitting } from '../fitting.js';
import { defineMasker, type Mask } from '../masker.js';
import { per } from '../options.js';
import { countryIn, postcodeIn, postcodeNear } from '../places.js';

export const address = defineMasker({
  name: 'address',
  about: 'A street with a house number, a city or a postcode, or all in one line.',
  kinds: ['text'],
  keeps: {
    unique: false,
    length: false,
    format: true,
    order: false,
    referential: 'between columns of one length limit',
  },
  options: {
    part: {
      type: 'choice',
      choices: ['street', 'city', 'postcode', 'full'],
      default: 'street',
      about: 'Which part of the address the column holds.',
    },
    keep: {
      type: 'choice',
      choices: ['nothing', 'country', 'area'],
      default: 'nothing',
      about:
        'What of an address stays: its last word, if that is a country; or also the beginning of its postcode, which tells the area. The rest is of the locale.',
    },
    locale: {
      type: 'choice',
      choices: localeNames,
      default: 'en',
      about: 'The language of the names, and the form of the postcode.',
    },
    per,
  },
  bind({ options: { part, keep, locale }, column }): Mask {
    return (value, _, drawFor) => {
      const text = typeof value === 'object' ? '' : String(value);
      const own = keep === 'area' ? postcodeIn(text) : null;
      const postcodeOf = (values: Values) => (own ? postcodeNear(own, values) : values.postcode());
      const country = keep === 'nothing' || part !== 'full' ? null : countryIn(text);
      return fitting(drawFor(), locale, column.maxLength, (values) => {
        switch (part) {
          case 'street':
            return values.street();
          case 'city':
            return values.city();
          case 'postcode':
            return postcodeOf(values);
          case 'full': {
            const full = values.address().replace(values.postcode(), () => postcodeOf(values));
            return country === null ? full : `${full}, ${country}`;
          }
        }
      });
    };
  },
});
