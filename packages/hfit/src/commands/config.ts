import { resolve } from 'node:path';
import { isOpenToOthers, parseHost } from '@hot-fixture/client';
import { HfitError } from '@hot-fixture/errors';
import { defineCommand, type Result } from '../command.js';
import { signers } from '../keys/signers.js';
import { printable } from '../output/printable.js';
import { note } from '../output/stdout.js';
import { type Config, readConfig, writeConfig } from '../state/config.js';
import { removeTokens } from '../state/token.js';

export const config = defineCommand({
  path: 'config',
  text: 'Set the server, who you are and your private key; without arguments, show them.',
  about: [
    'It is kept in ~/.config/hfit (XDG_CONFIG_HOME), or in ~/.hfit where that folder is there, or in the one that HFIT_HOME names. The key stays where it is: only its path is kept. HFIT_HOST, HFIT_EMAIL, HFIT_KEY and HFIT_OIDC_TOKEN_FILE go before what is kept.',
    'Without KEY the keys of the SSH agent are tried, then ~/.ssh/id_ed25519 and ~/.ssh/id_rsa. A KEY with a passphrase works when the agent has it, and so does the .pub file of one that only the agent has.',
    'HOST without a scheme means https, but http for this machine.',
  ],
  arguments: [
    { name: 'HOST', text: 'Address of hfitd.', optional: true },
    { name: 'EMAIL', text: 'Your name at that server.', optional: true },
    {
      name: 'KEY',
      text: 'Path of your private key: Ed25519 or RSA, as PEM or in the form of OpenSSH.',
      optional: true,
    },
  ],
  options: {
    'oidc-token-file': {
      value: 'FILE',
      text: 'For a pipeline, in the place of EMAIL and KEY: the file in which its identity provider puts a token.',
    },
  },
  examples: [
    'hfit config https://hfit.example.com ann@example.com',
    'hfit config https://hfit.example.com ann@example.com ~/.ssh/id_ed25519',
    'hfit config https://hfit.example.com --oidc-token-file /run/ci/id-token',
    'hfit config',
  ],
  async run(context, [host, email, key], { 'oidc-token-file': oidc }) {
    const { home, env, help } = context;
    if (host === undefined) return shown(await readConfig(context));
    if ((email === undefined) === (oidc === undefined)) {
      const reason = 'it takes HOST and EMAIL, or HOST and --oidc-token-file, or none of them';
      throw new HfitError('HFIT_USAGE', { reason, help });
    }
    const address = parseHost(host);
    if (key !== undefined) await signers(resolve(key), env);
    if (isOpenToOthers(address)) {
      note('warning: this address is http, so others on the way can read your token and the data');
    }
    const set = {
      host: address,
      email: email ?? null,
      key: key === undefined ? null : resolve(key),
      oidcTokenFile: oidc === undefined ? null : resolve(oidc),
      audience: null,
    };
    // A token is for one user at one server, and so is what that server calls itself.
    await removeTokens(home);
    await writeConfig(home, set);
    return shown(set);
  },
});

function shown({ host, email, key, oidcTokenFile }: Config): Result {
  const lines =
    oidcTokenFile === null
      ? [`email  ${email}`, `key    ${key ?? 'of the SSH agent, or in ~/.ssh'}`]
      : [`token  ${oidcTokenFile}`];
  const document = { host, email, key, ...(oidcTokenFile !== null && { oidcTokenFile }) };
  return { text: [`host   ${host}`, ...lines].map((line) => printable(line)).join('\n'), document };
}
