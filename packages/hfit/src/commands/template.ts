import { createHash } from 'node:crypto';
import type { TemplateInfo } from '@hot-fixture/client';
import { defineCommand } from '../command.js';
import { printable } from '../output/printable.js';
import { outputKind } from '../output/stdout.js';
import { table } from '../output/table.js';
import { connect } from '../session.js';
import { readTemplateFile } from './template-file.js';

const nameArgument = { name: 'NAME', text: 'Name of the template.' } as const;
const fileArgument = {
  name: 'FILE',
  text: 'The template, in YAML. It is checked before it is sent.',
} as const;

const teamOptions = {
  team: { value: 'TEAM', text: 'The team that it belongs to; by default it is yours.' },
} as const;

const list = defineCommand({
  path: 'template list',
  aliases: ['pkg-tmpl list'],
  text: 'List your templates.',
  arguments: [],
  options: {},
  examples: ['hfit template list'],
  async run(context) {
    const client = await connect(context);
    const templates = await client.templates();
    return {
      text: table(
        ['name', 'parameters', 'updated', 'description'],
        templates.map((each) => [
          each.name,
          usage(each),
          each.updatedAt.slice(0, 16).replace('T', ' '),
          each.description ?? '',
        ]),
      ),
      document: { templates },
    };
  },
});

const show = defineCommand({
  path: 'template show',
  aliases: ['pkg-tmpl show'],
  text: 'Print a template as it was sent.',
  arguments: [nameArgument],
  options: {},
  examples: ['hfit template show daily', 'hfit template show daily > daily.yaml'],
  async run(context, [name]) {
    const client = await connect(context);
    const yaml = await client.template(name);
    // A program gets it as it was sent; a terminal would show the ends of CRLF lines.
    const text =
      outputKind() === 'terminal' ? printable(yaml.replaceAll('\r\n', '\n'), true) : yaml;
    return { text: text.replace(/\n$/, ''), document: { name, yaml } };
  },
});

const create = defineCommand({
  path: 'template create',
  aliases: ['pkg-tmpl create'],
  text: 'Send a new template.',
  arguments: [fileArgument],
  options: teamOptions,
  examples: ['hfit template create daily.yaml'],
  async run(context, [file], { team }) {
    const { text } = await readTemplateFile(file);
    const client = await connect(context);
    const name = await client.createTemplate(text, team);
    return { text: printable(`created ${name}`), document: { name } };
  },
});

const update = defineCommand({
  path: 'template update',
  aliases: ['pkg-tmpl update'],
  text: 'Replace a template that is there.',
  arguments: [fileArgument],
  options: teamOptions,
  examples: ['hfit template update daily.yaml'],
  async run(context, [file], { team }) {
    const { text } = await readTemplateFile(file);
    const client = await connect(context);
    const name = await client.replaceTemplate(text, undefined, team);
    return { text: printable(`updated ${name}`), document: { name } };
  },
});

const remove = defineCommand({
  path: 'template delete',
  aliases: ['pkg-tmpl delete'],
  text: 'Delete a template.',
  arguments: [nameArgument],
  options: {},
  examples: ['hfit template delete daily'],
  async run(context, [name]) {
    const client = await connect(context);
    await client.deleteTemplate(name);
    return { text: printable(`deleted ${name}`), document: { name } };
  },
});

const approve = defineCommand({
  path: 'template approve',
  text: 'Let the template of a team run, as an owner of the team may.',
  about: [
    'What is approved is the text as it is now; a change of it needs a new approval. With --digest only the text of that SHA-256 is: the one that you have read.',
  ],
  arguments: [{ name: 'NAME', text: 'Name of the template, such as shop:daily.' }],
  options: {
    digest: { value: 'SHA256', text: 'Of the text that you mean, in hex.' },
    revoke: { text: 'Take the approval back.' },
  },
  examples: ['hfit template approve shop:daily', 'hfit template approve shop:daily --revoke'],
  async run(context, [name], { digest: given, revoke }) {
    const client = await connect(context);
    const read = async () =>
      createHash('sha256')
        .update(await client.template(name))
        .digest('hex');
    const digest = revoke ? null : (given ?? (await read()));
    await client.approveTemplate(name, digest);
    const text = digest === null ? `${name} is no longer approved` : `approved ${name} ${digest}`;
    return { text: printable(text), document: { name, digest } };
  },
});

export const template = [list, show, create, update, remove, approve];

function usage({ parameters }: TemplateInfo): string {
  return parameters.map(({ name, required }) => (required ? name : `[${name}]`)).join(' ') || '-';
}
