import { localeNames } from '@hot-fixture/generator';
import { fitting } from '../fitting.js';
import { defineMasker, type Mask } from '../masker.js';
import { per } from '../options.js';

export const personName = defineMasker({
  name: 'personName',
  about: 'A name of a person, of the lists of the locale.',
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
      choices: ['full', 'given', 'family'],
      default: 'full',
      about: 'Which part of the name the column holds.',
    },
    locale: {
      type: 'choice',
      choices: localeNames,
      default: 'en',
      about: 'The language of the names.',
    },
    per,
  },
  bind({ options: { part, locale }, column }): Mask {
    return (_, _draw, drawFor) =>
      fitting(drawFor(), locale, column.maxLength, (values) => {
        if (part === 'given') return values.givenName();
        return part === 'family' ? values.familyName() : values.fullName();
      });
  },
});
