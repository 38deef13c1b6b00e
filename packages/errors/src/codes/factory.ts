import { defineCodes } from '../define.js';

export const factory = defineCodes({
  HFIT_FACTORY_ATTRIBUTE_CYCLE: {
    kind: 'input',
    what: 'attributes of the factory {factory} wait for each other: {path}',
    todo: 'Let one of them do without the others, or give its value when the row is made.',
  },
  HFIT_FACTORY_CYCLE: {
    kind: 'input',
    what: 'factories need rows of each other without end: {path}',
    todo: 'Give one of them its row: as an override, by belongsTo or by recycle. Where it is a column of a table, let it be nullable, or its key deferrable.',
  },
  HFIT_FACTORY_TRAIT: {
    kind: 'input',
    what: 'the factory {factory} has no trait "{trait}"',
    todo: 'Use one of its traits: {known}. Or define it with trait(…).',
  },
  HFIT_FACTORY_COUNT: {
    kind: 'input',
    what: '{count} is no number of rows',
    todo: 'Give a whole number, 0 or more.',
  },
  HFIT_FACTORY_NESTED: {
    kind: 'input',
    what: 'the attribute {attribute} is to hold a row of another factory, and names none',
    todo: 'Write one(() => factory) or many(() => factory, count).',
  },
  HFIT_FACTORY_UNBOUND: {
    kind: 'input',
    what: 'the factory {factory} has no database to create rows in',
    todo: 'Open the factories of a database, const factories = await openFactories(database), and create by factories.of(…); or only build.',
  },
});
