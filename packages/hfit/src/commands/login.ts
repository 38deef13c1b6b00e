import { defineCommand } from '../command.js';
import { printable } from '../output/printable.js';
import { logIn } from '../session.js';
import { readConfig } from '../state/config.js';

export const login = defineCommand({
  path: 'login',
  text: 'Log in with your private key.',
  about: [
    'The other commands do so by themselves when the token is missing or has expired. What the server calls itself is kept at the first login; a server that calls itself something else later gets no signature, until you run `hfit config` again.',
  ],
  arguments: [],
  options: {},
  examples: ['hfit login'],
  async run(context) {
    const config = await readConfig(context.home);
    const { expiresAt, audience } = await logIn(context, config);
    const { host, email } = config;
    return {
      text: printable(`logged in at ${host} as ${email}, until ${expiresAt}`),
      document: { host, email, audience, expiresAt },
    };
  },
});
