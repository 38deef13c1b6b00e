import { resolve } from 'node:path';
import { isOpenToOthers, parseHost } from '@hot-fixture/client';
import { HfitError } from '@hot-fixture/errors';
import { defineCommand, type Result } from '../command.js';
import { readPrivateKey } from '../keys/private-key.js';
import { printable } from '../output/printable.js';
import { note } from '../output/stdout.js';
import { type Config, readConfig, writeConfig } from '../state/config.js';
import { removeToken } from '../state/token.js';

export const config = defineCommand({
  path: 'config',
  text: 'Set the server, who you are and your private key; without arguments, show them.',
  about: [
    'It is kept in the folder ~/.hfit, or in the one that HFIT_HOME names. The key stays where it is: only its path is kept.',
    'HOST without a scheme means https, but http for this machine.',
  ],
  arguments: [
    { name: 'HOST', text: 'Address of hfitd.', optional: true },
    { name: 'EMAIL', text: 'Your name at that server.', optional: true },
    {
      name: 'KEY',
      text: 'Path of your private key: Ed25519 or RSA, as PEM or in the form of OpenSSH, without a passphrase.',
      optional: true,
    },
  ],
  options: {},
  examples: [
    'hfit config https://hfit.example.com ann@example.com ~/.ssh/id_ed25519',
    'hfit config',
  ],
  async run({ home, help }, [host, email, key]) {
    if (host === undefined) return shown(await readConfig(home));
    if (email === undefined || key === undefined) {
      const reason = 'it takes HOST, EMAIL and KEY, or none of them';
      throw new HfitError('HFIT_USAGE', { reason, help });
    }
    const address = parseHost(host);
    await readPrivateKey(resolve(key));
    if (isOpenToOthers(address)) {
      note('warning: this address is http, so others on the way can read your token and the data');
    }
    const set = { host: address, email, key: resolve(key) };
    // A token is for one user at one server, and so is what that server calls itself.
    await removeToken(home);
    await writeConfig(home, set);
    return shown(set);
  },
});

function shown({ host, email, key }: Config): Result {
  const lines = [`host   ${host}`, `email  ${email}`, `key    ${key}`];
  return { text: lines.map((line) => printable(line)).join('\n'), document: { host, email, key } };
}
