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
    todo: 'Give one of them its row: as an override, by belongsTo or by recycle. Where it is a column of a table, let it be nullable.',
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
    what: '{table} {relation}: {reason} of the foreign keys is meant by that',
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
  HFIT_TENANT_UNKNOWN: {
    kind: 'input',
    what: 'which tenant the rows belong to cannot be told from the schema: {reason}',
    todo: "Say it: the option table names the table of tenants, and column the column that carries them, such as { table: 'tenant', column: 'tenant_id' }.",
  },
  HFIT_TENANT_CROSSED: {
    kind: 'conflict',
    what: 'a row of {table} would belong to another tenant than {tenant}: {path} is {other}',
    todo: 'Nothing was written. Point it to a row of this tenant, or create it outside of the tenant. A key that may leave its tenant is named by the option except.',
  },
  HFIT_REGISTRY_NAME: {
    kind: 'missing',
    what: 'the registry has no {what} "{name}"',
    todo: 'Use one of its names: {known}.',
  },
  HFIT_REGISTRY_TAKEN: {
    kind: 'input',
    what: 'the registry has a {what} "{name}" already',
    todo: 'Give it another name.',
  },
  HFIT_REGISTRY_RELATIONSHIP: {
    kind: 'input',
    what: 'the relationship "{name}" is not as the schema has it: {reason}',
    todo: 'Name the foreign key that the schema has, and say of it what the schema says.',
  },
  HFIT_SESSION_CLEANUP: {
    kind: 'internal',
    what: 'not all could be cleaned up: {reasons}',
    todo: 'Look at the causes. What could be put back was put back; what was not is still in the database.',
  },
  HFIT_SESSION_CLOSED: {
    kind: 'input',
    what: 'the session was cleaned up already',
    todo: 'Open another one.',
  },
  HFIT_BUILDER_INVALID: {
    kind: 'input',
    what: 'what was built by "{name}" is not valid: {reason}',
    todo: 'Give other attributes, or mend the validator.',
  },
  HFIT_SCENARIO_STEP: {
    kind: 'input',
    what: 'the step "{step}" of the scenario "{scenario}" {reason}',
    todo: 'Mend the scenario where it says so. Its steps are: {known}.',
  },
  HFIT_SCENARIO_CYCLE: {
    kind: 'input',
    what: 'steps of the scenario "{scenario}" wait for each other: {path}',
    todo: 'Let one of them do without the others.',
  },
  HFIT_SCENARIO_REQUIRES: {
    kind: 'input',
    what: 'the scenario "{scenario}" requires {missing}',
    todo: 'Give it when the scenario is built: { given: { … } }.',
  },
  HFIT_SCENARIO_ENSURES: {
    kind: 'conflict',
    what: 'the scenario "{scenario}" does not keep its word: {promise}',
    todo: 'Look at what its steps made; the rows are in the database.',
  },
  HFIT_SEED_ROWS: {
    kind: 'input',
    what: '"{text}" does not say how many rows of which tables',
    todo: 'Write table=number, each table once, with commas between: users=1000,orders=20000.',
  },
  HFIT_SEED_CYCLE: {
    kind: 'input',
    what: 'the tables {tables} point to each other by keys that may not be null, and cannot be seeded',
    todo: 'Give each of them a primary key of one whole number or text, and a role that may put foreign keys off; or let one of the keys be nullable.',
  },
});
