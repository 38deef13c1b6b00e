import type { Command } from 'commander';
import type { AdminClient } from '../admin/client.js';
import * as access from './access.js';
import type { Result } from './commands.js';

type Admin = (
  program: Command,
  usage: string,
  text: string,
  work: (daemon: AdminClient, words: string[]) => Promise<Result>,
) => Command;

/** The commands about who may what. */
export function accessCommands(program: Command, admin: Admin): void {
  const word = (words: string[], index: number) => words[index] as string;
  admin(program, 'revoke <email>', 'end all logins of a user, and what is sent to them', (it, w) =>
    access.revoke(it, word(w, 0)),
  );
  admin(program, 'removekey <email> <fingerprint>', 'take a key of a user away', (it, w) =>
    access.removeKey(it, word(w, 0), word(w, 1)),
  );
  admin(program, 'grants', 'list who may what', access.grants);
  admin(program, 'grant <grant>', 'grant something', (it, w) =>
    access.grant(it, word(w, 0)),
  ).addHelpText(
    'after',
    '\nGRANT is YAML or a file of it: "{ to: role:tester, source: shop, table: orders* }".',
  );
  admin(program, 'ungrant <id>', 'take a grant away; what is sent under it ends', (it, w) =>
    access.ungrant(it, word(w, 0)),
  );
  for (const kind of ['role', 'team'] as const) {
    admin(program, `${kind}s`, `list the ${kind}s and their members`, (it) =>
      access.groups(it, kind),
    );
    admin(program, `set${kind} <name> <members>`, `make a ${kind}, or change it`, (it, w) =>
      access.putGroup(it, kind, word(w, 0), word(w, 1)),
    ).addHelpText('after', '\nMEMBERS is YAML or a file of it: "{ members: [ann@example.com] }".');
    admin(program, `remove${kind} <name>`, `remove a ${kind}`, (it, w) =>
      access.removeGroup(it, kind, word(w, 0)),
    );
  }
}
