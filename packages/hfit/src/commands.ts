import type { Command } from './command.js';
import { changes } from './commands/changes.js';
import { checkpoint } from './commands/checkpoint.js';
import { completion } from './commands/completion.js';
import { config } from './commands/config.js';
import { dbmss } from './commands/dbmss.js';
import { dbs } from './commands/dbs.js';
import { extract } from './commands/extract.js';
import { factoryLint } from './commands/factory-lint.js';
import { fixpoint } from './commands/fixpoint.js';
import { load } from './commands/load.js';
import { session } from './commands/login.js';
import { pkgDownload } from './commands/pkg-download.js';
import { pkgTmpl } from './commands/pkg-tmpl.js';
import { policyCheck } from './commands/policy-check.js';
import { policyInit } from './commands/policy-init.js';
import { publicKey } from './commands/public-key.js';
import { rewind } from './commands/rewind.js';
import { seed } from './commands/seed.js';
import { tables } from './commands/tables.js';
import { track } from './commands/track.js';
import { types } from './commands/types.js';
import { verify } from './commands/verify.js';

/**
 * Every command, in the order of the help and the docs. The rooms of databases, extraction and
 * masking are loaded by the commands that use them, when they do: it takes longer than the rest.
 */
export const commands: readonly Command[] = [
  config,
  ...session,
  dbmss,
  dbs,
  tables,
  ...pkgTmpl,
  pkgDownload,
  extract,
  policyInit,
  policyCheck,
  verify,
  load,
  publicKey,
  ...track,
  checkpoint,
  changes,
  rewind,
  ...fixpoint,
  types,
  seed,
  factoryLint,
  completion,
];

/** Commands of more than one word stand under their first. */
export const groups: Readonly<Record<string, string>> = {
  'pkg-tmpl': 'Your templates on the server.',
  policy: 'What may leave a database, column by column.',
  track: 'The change log of a test database.',
  factory: 'The factories of a project.',
  fixpoint: 'Named states of a test database, in files.',
};

/** The options that every command has. */
export const commonOptions = {
  json: {
    text: 'Print one JSON document; an error then is one JSON document on standard error.',
  },
} as const;
