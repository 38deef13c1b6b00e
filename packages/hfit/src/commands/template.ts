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
  options: {},
  examples: ['hfit template create daily.yaml'],
  async run(context, [file]) {
    const { text } = await readTemplateFile(file);
    const client = await connect(context);
    const name = await client.createTemplate(text);
    return { text: printable(`created ${name}`), document: { name } };
  },
});

const update = defineCommand({
  path: 'template update',
  aliases: ['pkg-tmpl update'],
  text: 'Replace a template that is there.',
  arguments: [fileArgument],
  options: {},
  examples: ['hfit template update daily.yaml'],
  async run(context, [file]) {
    const { text } = await readTemplateFile(file);
    const client = await connect(context);
    const name = await client.replaceTemplate(text);
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

export const template = [list, show, create, update, remove];

function usage({ parameters }: TemplateInfo): string {
  return parameters.map(({ name, required }) => (required ? name : `[${name}]`)).join(' ') || '-';
}
