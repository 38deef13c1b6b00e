import { localeNames } from '@hot-fixture/generator';
import { fitting } from '../fitting.js';
import { defineMasker, type Mask } from '../masker.js';

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
    locale: {
      type: 'choice',
      choices: localeNames,
      default: 'en',
      about: 'The language of the names, and the form of the postcode.',
    },
  },
  bind({ options: { part, locale }, column }): Mask {
    return (_, draw) =>
      fitting(draw(), locale, column.maxLength, (values) => {
        switch (part) {
          case 'street':
            return values.street();
          case 'city':
            return values.city();
          case 'postcode':
            return values.postcode();
          case 'full':
            return values.address();
        }
      });
  },
});
