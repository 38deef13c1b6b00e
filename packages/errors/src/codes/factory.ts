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
  HFIT_FACTORY_TABLE: {
    kind: 'missing',
    what: 'the database has no table "{table}"',
    todo: 'Use one of its tables: {known}. A factory of another name says its table by tableFactory(table, …).',
  },
  HFIT_FACTORY_COLUMN: {
    kind: 'input',
    what: 'the table {table} has no column "{column}"',
    todo: 'Use one of its columns: {known}. What is no column is a parameter.',
  },
  HFIT_FACTORY_VALUE: {
    kind: 'input',
    what: 'a row of {table} cannot have this {column}: {reason}',
    todo: 'Nothing was written. Give another value, or none: then one is made that the table takes.',
  },
  HFIT_FACTORY_RELATION: {
    kind: 'input',
    what: 'which foreign key is meant where {table} {relation}: {reason}',
    todo: 'Name one of: {known}.',
  },
  HFIT_FACTORY_EXHAUSTED: {
    kind: 'input',
    what: 'rows of {table} are used up: its unique key ({key}) allows {size} with the rows that it may point to',
    todo: 'Give it more rows to point to, or make fewer.',
  },
  HFIT_FACTORY_REFUSED: {
    kind: 'conflict',
    what: '{database} did not take a row of {table}: {reason}',
    todo: 'Nothing was written. Define the attribute that it names so that the table takes it. Where a unique value is there already, use another seed, or tell workers apart by the option worker.',
  },
});
