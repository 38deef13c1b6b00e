import { readFileSync } from 'node:fs';
import { HfitError } from '@hot-fixture/errors';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { AdminClient } from '../admin/client.js';
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
  admin(program, 'audit', 'print the last audit events', (daemon, _words, options) =>
    commands.audit(daemon, (options as { last: number }).last),
  ).option('-n, --last <count>', 'how many', count, 20);
  return program;
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
      const options = command.opts<Options>();
      const daemon = new AdminClient(options.socket ?? (await socketOf(options)));
      const { text, document } = await work(daemon, command.args, options);
      process.stdout.write(`${options.json ? JSON.stringify(document) : text}\n`);
    });
}

async function socketOf({ config }: Options): Promise<string> {
  const { readConfiguration } = await import('../config/read.js');
  return readConfiguration(config ? { file: config } : {}).socket;
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
