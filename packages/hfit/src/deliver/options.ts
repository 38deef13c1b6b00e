import { loadOptions } from './load-options.js';

/** The options of every command that gives a package. */
export const deliverOptions = {
  into: {
    value: 'URL',
    text: 'Load it into this database at once, in one transaction. The name of the database must hold test, dev, tmp, local or hfit, or the database be in memory.',
  },
  ...loadOptions,
  out: {
    value: 'FILE',
    text: 'Write it to this file: a name in .sql gives one SQL script, one in .tar.gz or .tgz the package.',
  },
  format: {
    value: 'FORMAT',
    choices: ['package', 'sql'],
    text: 'What to write, where the name of the file does not say it.',
  },
  'dangerously-allow-any-database': {
    text: 'Load also into a database whose name does not say that it is for tests.',
  },
  progress: {
    text: 'Report on standard error how far it is, also where that is no terminal.',
  },
} as const;

/** What decides where it goes, for the help and the docs. */
export const deliverAbout = [
  'Where it goes: into the database of --into; else to the file of --out; else, when a program or a file reads standard output (hfit … | mysql test_db), there as one SQL script; else to a file in the current folder: TEMPLATE.sql when the template exports no files, or pkg-TEMPLATE-<time>.tar.gz.',
  'A file gets its name when it is complete, and a database is loaded in full or left as it was. A script that was cut has no COMMIT at its end, so it changes no rows; but MySQL and MariaDB cannot take back a table that was made or, with create: dropcreate, dropped: there --into is the safe way. With --json nothing but the report goes to standard output.',
] as const;
