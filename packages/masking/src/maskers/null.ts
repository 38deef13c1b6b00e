import { defineMasker } from '../masker.js';

export const nothing = defineMasker({
  name: 'null',
  about: 'NULL in place of every value.',
  kinds: 'any',
  keeps: {
    unique: 'NULLs are not compared with each other',
    length: false,
    format: false,
    order: false,
    referential: false,
  },
  options: {},
  masksEmptyText: true,
  bind({ column, refuse }) {
    if (!column.nullable) throw refuse('the column does not take NULL');
    return () => null;
  },
});
