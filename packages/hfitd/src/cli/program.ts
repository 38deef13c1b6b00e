import { readFileSync } from 'node:fs';
import { HfitError } from '@hot-fixture/errors';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { AdminClient } from '../admin/client.js';
import type { Configuration } from '../config/settings.js';
import { accessCommands } from './access-commands.js';
import * as commands from './commands.js';
import { failureOf } from './failure.js';

type Options = { config?: string; json?: boolean; socket?: string };
type Run = (daemon: AdminClient, words: string[], options: object) => Promise<commands.Result>;

/** Runs one command line, and gives the exit code. */
export async function run(words: readonly string[]): Promise<number> {
  try {
    // The text of a PEM key begins with hyphens, and would be taken for an option.
    const safe = words.map((word) => (word.startsWith('-----BEGIN') ? `\n${word}` : word));
    await programOf().parseAsync(safe, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const { text, exitCode } = failureOf(usage(error), words.includes('--json'));
    process.stderr.write(text);
    return exitCode;
  }
}

function programOf(): Command {
  const program = new Command('hfitd')
    .description('Stands beside production and gives out masked packages.')
    .version(version())
    .exitOverride()
    .configureOutput({ outputError: () => {} });
  program
    .command('serve', { isDefault: true })
    .description('start the daemon; the command that is meant where none is named')
    .option('-c, --config <file>', 'YAML configuration (or HFITD_CONFIG)')
    .option('--json', 'print the line that tells it is ready as JSON')
    .action(async (options: Options) => {
      // Loaded for this alone: the small commands shall be quick.
      const { serve } = await import('./serve.js');
      await serve(options);
    });
  program
    .command('worker')
    .description('build packages for daemons that share store, redis and storage with it')
    .option('-c, --config <file>', 'YAML configuration (or HFITD_CONFIG)')
    .option('--json', 'print the line that tells it is ready as JSON')
    .action(async (options: Options) => {
      const { work } = await import('./work.js');
      await work(options);
    });
  admin(
    program,
    'adduser <email> <key>',
    'add a user, or one more key of a user',
    (daemon, [e, k]) => commands.addUser(daemon, e as string, k as string),
  ).addHelpText('after', '\nKEY is the file of a public key, or its text.');
  admin(program, 'removeuser <email>', 'remove a user: their tokens end at once', (daemon, [e]) =>
    commands.removeUser(daemon, e as string),
  );
  admin(program, 'users', 'list the users and their keys', commands.users);
  admin(program, 'status', 'tell what the daemon is about', commands.status);
  admin(
    program,
    'reload',
    'read policy, sources, limits, access file and certificate again: all of it, or nothing',
    commands.reload,
  );
  admin(program, 'renew-jwt', 'sign tokens with a new key from now on', commands.renewJwt);
  admin(program, 'get-jwt-public-key', 'print the key that tokens are checked with', (daemon) =>
    commands.jwtPublicKey(daemon),
  );
  admin(
    program,
    'get-package-public-key',
    'print the key that packages are verified with (hfit verify --key)',
    commands.packagePublicKey,
  );
  accessCommands(program, admin);
  auditCommands(program);
  local(
    program,
    'check-config',
    'look at everything that a start would, and start nothing; no secret is printed',
    async (configuration, _words, options) => {
      const { checkConfiguration } = await import('./check-config.js');
      const { result, failure } = await checkConfiguration(configuration, options);
      if (failure) print(result, options);
      if (failure) throw failure;
      return result;
    },
  ).option(
    '--online',
    'ask sources, store, Redis and storage too, and compare the policy with the schemas',
  );
  program
    .command('settings')
    .description('print every setting, its variable and its default')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const { settings, settingsTable } = await import('../config/reference.js');
      print({ text: settingsTable(), document: { settings } }, options);
    });
  local(
    program,
    'agree-keys',
    'after keys were renewed: make them those of all who share the store',
    async (configuration) => {
      const { agreeKeys } = await import('./agree-keys.js');
      return agreeKeys(configuration);
    },
  );
  local(
    program,
    'backup <file>',
    'write all that the daemon keeps into one file; it may run meanwhile',
    async (configuration, [file]) => {
      const { backup } = await import('./backup.js');
      return backup(configuration, file as string);
    },
  );
  local(
    program,
    'restore <file>',
    'put a backup back, while the daemon does not run',
    async (configuration, [file], options) => {
      const { restore } = await import('./backup.js');
      return restore(configuration, file as string, options);
    },
  ).option('--replace', 'where there is a data folder already: it is kept beside');
  return program;
}

function auditCommands(program: Command): void {
  const audit = admin(program, 'audit', 'print the last audit events', (daemon, _words, options) =>
    commands.audit(daemon, (options as { last: number }).last),
  ).option('-n, --last <count>', 'how many', count, 20);
  const since = [
    '--since <moment>',
    '2026-11-21, 2026-11-21T10:00:00Z, or 24h for a day ago',
  ] as const;
  admin(audit, 'search', 'print the records that fit', async (daemon, _words, options) => {
    const { searchAuditLog } = await import('./audit.js');
    return searchAuditLog(daemon, options);
  })
    .option('--who <email>', 'of this user')
    .option('--action <action>', 'such as login, package or add-user')
    .option('--target <name>', 'about this template, user, table …')
    .option(...since)
    .option('--until <moment>', 'before this moment')
    .option('--limit <count>', 'the last ones of all that fit (default 1000)');
  admin(
    audit,
    'who-downloaded <of>',
    'print who got packages of a template, one package, or a file, with which parameters and policy',
    async (daemon, [of], options) => {
      const { whoDownloaded } = await import('./audit.js');
      return whoDownloaded(daemon, of as string, options);
    },
  ).option(...since);
  local(
    audit,
    'verify',
    'make sure that no record was changed, removed or inserted; the daemon may run or not',
    async (configuration, _words, options) => {
      const { verifyAuditLog } = await import('./audit.js');
      return verifyAuditLog(configuration, options);
    },
  )
    .option('--file <files...>', 'the files of this daemon, the oldest first')
    .option('--noted <sequence:hash...>', 'what an earlier verification printed to be noted');
}

/** A command that works on the data of the daemon itself, whether it runs or not. */
function local(
  program: Command,
  usage: string,
  text: string,
  work: (
    configuration: Configuration,
    words: string[],
    options: object,
  ) => Promise<commands.Result>,
): Command {
  return program
    .command(usage)
    .description(text)
    .option('-c, --config <file>', 'YAML configuration (or HFITD_CONFIG)')
    .option('--json', 'print JSON')
    .action(async (...given: unknown[]) => {
      const command = given.at(-1) as Command;
      const options = command.optsWithGlobals<Options>();
      print(await work(await configurationOf(options), command.args, options), options);
    });
}

function print({ text, document }: commands.Result, { json }: Options): void {
  process.stdout.write(`${json ? JSON.stringify(document) : text}\n`);
}

function admin(program: Command, usage: string, text: string, work: Run): Command {
  return program
    .command(usage)
    .description(text)
    .option('-c, --config <file>', 'YAML configuration, for the place of the socket')
    .option('--socket <path>', 'the admin socket (or HFITD_SOCKET_PATH)')
    .option('--json', 'print JSON')
    .action(async (...given: unknown[]) => {
      const command = given.at(-1) as Command;
      // A command within another one finds its options there too.
      const options = command.optsWithGlobals<Options>();
      const socket = options.socket ?? (await configurationOf(options)).socket;
      print(await work(new AdminClient(socket), command.args, options), options);
    });
}

async function configurationOf({ config }: Options): Promise<Configuration> {
  const { readConfiguration } = await import('../config/read.js');
  return readConfiguration(config ? { file: config } : {});
}

function count(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('a number from 1 to 99999.');
  return Number(text);
}

function usage(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  const reason = error.message.replace(/^error: /, '').replace(/\s+/g, ' ');
  return new HfitError('HFIT_USAGE', { reason, help: 'hfitd --help' });
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
