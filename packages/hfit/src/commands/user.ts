import { readFile } from 'node:fs/promises';
import { HfitError } from '@hot-fixture/errors';
import { defineCommand } from '../command.js';
import { factsTable, factsText } from '../output/facts.js';
import { printable } from '../output/printable.js';
import { connect } from '../session.js';

const emailArgument = { name: 'EMAIL', text: 'Name of the user.' } as const;
const keyArgument = {
  name: 'KEY',
  text: 'The public key: a .pub file, a PEM file, or the line itself.',
} as const;
const about = ['It takes the role admin.'];

const list = defineCommand({
  path: 'user list',
  text: 'List the users of the server.',
  about,
  arguments: [],
  options: {},
  examples: ['hfit user list'],
  async run(context) {
    const client = await connect(context);
    const users = await client.people.users();
    const columns = ['email', 'roles', 'teams', 'keys', 'templates', 'created_at'];
    return { text: factsTable(users, columns), document: { users } };
  },
});

const add = defineCommand({
  path: 'user add',
  text: 'Add a user, or a key to one.',
  about,
  arguments: [emailArgument, keyArgument],
  options: {},
  examples: ['hfit user add ann@example.com ann.pub'],
  async run(context, [email, key]) {
    const text = await publicKeyText(key);
    const client = await connect(context);
    const added = await client.people.addUser(email, text);
    return { text: factsText(added), document: added };
  },
});

const remove = defineCommand({
  path: 'user remove',
  text: 'Remove a user, with templates, keys and tokens.',
  about,
  arguments: [emailArgument],
  options: {},
  examples: ['hfit user remove ann@example.com'],
  async run(context, [email]) {
    const client = await connect(context);
    await client.people.removeUser(email);
    return { text: printable(`removed ${email}`), document: { email } };
  },
});

const revoke = defineCommand({
  path: 'user revoke',
  text: 'Take back all tokens of a user, and end what they download at the moment.',
  about: [...about, 'The user may log in again: to keep somebody out, remove the user or the key.'],
  arguments: [emailArgument],
  options: {},
  examples: ['hfit user revoke ann@example.com'],
  async run(context, [email]) {
    const client = await connect(context);
    await client.people.revokeUser(email);
    return { text: printable(`revoked ${email}`), document: { email } };
  },
});

const addKey = defineCommand({
  path: 'user add-key',
  text: 'Give a user one more key.',
  about,
  arguments: [emailArgument, keyArgument],
  options: {},
  examples: ['hfit user add-key ann@example.com laptop.pub'],
  async run(context, [email, key]) {
    const text = await publicKeyText(key);
    const client = await connect(context);
    const added = await client.people.addKey(email, text);
    return { text: factsText(added), document: added };
  },
});

const removeKey = defineCommand({
  path: 'user remove-key',
  text: 'Take a key away from a user.',
  about,
  arguments: [
    emailArgument,
    { name: 'FINGERPRINT', text: 'Of the key, as `hfit user list` shows it.' },
  ],
  options: {},
  examples: ['hfit user remove-key ann@example.com SHA256:AbC…'],
  async run(context, [email, fingerprint]) {
    const client = await connect(context);
    await client.people.removeKey(email, fingerprint);
    return { text: printable(`removed ${fingerprint}`), document: { email, fingerprint } };
  },
});

export const user = [list, add, remove, revoke, addKey, removeKey];

async function publicKeyText(key: string): Promise<string> {
  if (/^(ssh-|-----BEGIN)/.test(key)) return key;
  try {
    return await readFile(key, 'utf8');
  } catch (cause) {
    const values = { thing: 'public key', reason: (cause as Error).message };
    throw new HfitError('HFIT_FILE_UNREADABLE', values, { where: key, cause });
  }
}
