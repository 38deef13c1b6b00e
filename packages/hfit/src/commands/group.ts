import { type Command, defineCommand } from '../command.js';
import { factsTable, factsText } from '../output/facts.js';
import { printable } from '../output/printable.js';
import { connect } from '../session.js';

const member = {
  value: 'WHO',
  many: true,
  text: 'A member: user:EMAIL or account:NAME; of a role also team:NAME.',
} as const;
const about = ['It takes the role admin.'];

const setRole = defineCommand({
  path: 'role set',
  text: 'Set who has a role, in the place of those before; the server knows admin and auditor.',
  about,
  arguments: [{ name: 'NAME', text: 'Name of the role.' }],
  options: { member },
  examples: ['hfit role set auditor --member user:ann@example.com --member team:security'],
  async run(context, [name], { member: members }) {
    const client = await connect(context);
    await client.people.setGroup('role', name, { members });
    return { text: printable(`set role ${name}`), document: { name, members } };
  },
});

const setTeam = defineCommand({
  path: 'team set',
  text: 'Set who belongs to a team, in the place of those before.',
  about,
  arguments: [{ name: 'NAME', text: 'Name of the team.' }],
  options: {
    member,
    owner: { value: 'WHO', many: true, text: 'An owner: may approve templates of the team.' },
    approval: { text: 'A template of the team runs only when an owner has approved it.' },
  },
  examples: ['hfit team set shop --member user:bob@example.com --owner user:ann@example.com'],
  async run(context, [name], { member: members, owner: owners, approval }) {
    const client = await connect(context);
    await client.people.setGroup('team', name, { members, owners, approval });
    const document = { name, members, owners, approval };
    return { text: printable(`set team ${name}`), document };
  },
});

export const groupCommands = [...commandsOf('role', setRole), ...commandsOf('team', setTeam)];

/** What is the same for roles and teams. */
function commandsOf(kind: 'role' | 'team', set: Command): Command[] {
  const nameArgument = { name: 'NAME', text: `Name of the ${kind}.` };
  const list = defineCommand({
    path: `${kind} list`,
    text: `List the ${kind}s and their members.`,
    about,
    arguments: [],
    options: {},
    examples: [`hfit ${kind} list`],
    async run(context) {
      const client = await connect(context);
      const found = await client.people.groups(kind);
      const columns = ['name', 'members', 'owners', 'approval'];
      return { text: factsTable(found, columns), document: { [`${kind}s`]: found } };
    },
  });
  const show = defineCommand({
    path: `${kind} show`,
    text: `Show the members of a ${kind}.`,
    about,
    arguments: [nameArgument] as const,
    options: {},
    examples: [`hfit ${kind} show ${kind === 'role' ? 'auditor' : 'shop'}`],
    async run(context, [name]) {
      const client = await connect(context);
      const found = await client.people.group(kind, name);
      return { text: factsText(found), document: found };
    },
  });
  const remove = defineCommand({
    path: `${kind} delete`,
    text: `Delete a ${kind}, and what is granted to it.`,
    about,
    arguments: [nameArgument] as const,
    options: {},
    examples: [`hfit ${kind} delete ${kind === 'role' ? 'auditor' : 'shop'}`],
    async run(context, [name]) {
      const client = await connect(context);
      await client.people.removeGroup(kind, name);
      return { text: printable(`deleted ${kind} ${name}`), document: { name } };
    },
  });
  return [list, show, set, remove];
}
