import { localeNames, PersonBytes } from '@hot-fixture/generator';
import { fitting } from '../fitting.js';
import { defineMasker, type Mask, type MaskBytes } from '../masker.js';
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
  bindBytes({ options: { part, locale }, column }): MaskBytes {
    const person = new PersonBytes(locale);
    const most = column.maxLength ?? Infinity;
    return (_source, _from, _to, out, at, _draw, drawFor) => {
      const it = person.of(drawFor());
      const end =
        part === 'given'
          ? it.givenName(out, at)
          : part === 'family'
            ? it.familyName(out, at)
            : it.fullName(out, at);
      // Another name may have to be found, that fits.
      return end - at > most ? -1 : end;
    };
  },
});
