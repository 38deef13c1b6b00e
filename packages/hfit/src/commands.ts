import type { Command } from './command.js';
import { audit } from './commands/audit.js';
import { changes } from './commands/changes.js';
import { checkpoint } from './commands/checkpoint.js';
import { completion } from './commands/completion.js';
import { config } from './commands/config.js';
import { extract } from './commands/extract.js';
import { factoryLint } from './commands/factory-lint.js';
import { fixpoint } from './commands/fixpoint.js';
import { grant } from './commands/grant.js';
import { groupCommands } from './commands/group.js';
import { init } from './commands/init.js';
import { load } from './commands/load.js';
import { local } from './commands/local.js';
import { session } from './commands/login.js';
import { packages } from './commands/package.js';
import { packageDownload } from './commands/package-download.js';
import { policyCheck } from './commands/policy-check.js';
import { policyInit } from './commands/policy-init.js';
import { prepare } from './commands/prepare.js';
import { publicKey } from './commands/public-key.js';
import { rewind } from './commands/rewind.js';
import { schedule } from './commands/schedule.js';
import { seed } from './commands/seed.js';
import { source } from './commands/source.js';
import { template } from './commands/template.js';
import { templateChanges } from './commands/template-changes.js';
import { templateEdit } from './commands/template-edit.js';
import { templateRun } from './commands/template-run.js';
import { track } from './commands/track.js';
import { types } from './commands/types.js';
import { user } from './commands/user.js';
import { verify } from './commands/verify.js';
import { volume } from './commands/volume.js';

/**
 * Every command, in the order of the help and the docs. The rooms of databases, extraction and
 * masking are loaded by the commands that use them, when they do: it takes longer than the rest.
 */
export const commands: readonly Command[] = [
  init,
  config,
  ...session,
  ...source,
  ...volume,
  ...template,
  templateEdit,
  ...templateChanges,
  ...templateRun,
  ...packages,
  packageDownload,
  verify,
  load,
  prepare,
  ...local,
  ...schedule,
  ...audit,
  ...user,
  ...grant,
  ...groupCommands,
  extract,
  policyInit,
  policyCheck,
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
  source: 'The databases that the server gives data from.',
  volume: 'The folders whose files the server gives out.',
  template: 'Your templates on the server.',
  package: 'Packages of data: built, downloaded, verified, loaded.',
  'local-i': 'What is downloaded, in the databases and folders of this machine.',
  schedule: 'Packages that the server builds at set times.',
  audit: 'Who did what on the server.',
  user: 'Who may log in at the server.',
  grant: 'Who may see what.',
  role: 'Who has a role.',
  team: 'Who belongs to a team.',
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
