import { defineCommand } from '../command.js';
import { printable } from '../output/printable.js';
import { connect, logIn, logOut } from '../session.js';
import { readConfig } from '../state/config.js';

const login = defineCommand({
  path: 'login',
  text: 'Log in with your private key, the SSH agent, or the token of an identity provider.',
  about: [
    'The other commands do so by themselves when the token is missing or has expired. What the server calls itself is kept at the first login; a server that calls itself something else later gets no signature, until you run `hfit config` again.',
    'A pipeline gives the token of its identity provider in HFIT_OIDC_TOKEN, or in a file that --oidc-token-file or HFIT_OIDC_TOKEN_FILE names.',
  ],
  arguments: [],
  options: {
    'oidc-token-file': {
      value: 'FILE',
      text: 'A file with a token of an identity provider that the server trusts; - is standard input.',
    },
  },
  examples: ['hfit login', 'hfit login --oidc-token-file - < id-token'],
  async run(context, _, options) {
    const config = await readConfig(context);
    const { expiresAt, audience, by } = await logIn(context, config, options['oidc-token-file']);
    const { host, email } = config;
    const who = email === null ? '' : ` as ${email}`;
    return {
      text: printable(`logged in at ${host}${who} with ${by}, until ${expiresAt}`),
      document: { host, email, audience, by, expiresAt },
    };
  },
});

const logout = defineCommand({
  path: 'logout',
  text: 'Take back the token, here and at the server.',
  about: ['The server and your name stay set: any command logs in again.'],
  arguments: [],
  options: {},
  examples: ['hfit logout'],
  async run(context) {
    const config = await readConfig(context);
    const { host } = config;
    const wasLoggedIn = await logOut(context, config);
    const text = wasLoggedIn ? `logged out at ${host}` : `you were not logged in at ${host}`;
    return { text: printable(text), document: { host, wasLoggedIn } };
  },
});

const whoami = defineCommand({
  path: 'whoami',
  text: 'Show who you are at the server, and what you may do there.',
  arguments: [],
  options: {},
  examples: ['hfit whoami', 'hfit whoami --json'],
  async run(context) {
    const { factsText } = await import('../output/facts.js');
    const answer = await (await connect(context)).whoami();
    return { text: factsText(answer), document: answer };
  },
});

export const session = [login, logout, whoami];
