import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HfitClient } from '@hot-fixture/client';
import { HfitError } from '@hot-fixture/errors';
import type { Template } from '@hot-fixture/extract';
import { type Context, defineCommand } from '../command.js';
import { colorsFor } from '../output/colors.js';
import { printable } from '../output/printable.js';
import { counted, table } from '../output/table.js';
import { connect } from '../session.js';
import { canAsk, confirmed } from '../templates/ask.js';
import { unifiedDiff } from '../templates/diff.js';
import { readTemplateFile } from './template-file.js';

const fileArgument = { name: 'FILE', text: 'The template, in YAML.' } as const;

const diff = defineCommand({
  path: 'template diff',
  text: 'Show what a file would change of the template on the server; exits with 1 where it does.',
  arguments: [fileArgument],
  options: {},
  examples: ['hfit template diff daily.yaml'],
  async run(context, [file]) {
    const template = await readTemplateFile(file);
    const there = await stored(await connect(context), template.name);
    const text = unifiedDiff(there ?? '', template.text, [`server/${template.name}`, file]);
    return {
      text: text === '' ? 'Nothing differs.' : coloured(context, text),
      document: { name: template.name, isNew: there === null, diff: text },
      exitCode: text === '' ? 0 : 1,
    };
  },
});

const patch = defineCommand({
  path: 'template patch',
  aliases: ['pkg-tmpl patch'],
  text: 'Replace a template that is there, and show what that changed.',
  arguments: [fileArgument],
  options: {},
  examples: ['hfit template patch daily.yaml', 'hfit pkg-tmpl patch daily.yaml'],
  async run(context, [file]) {
    const template = await readTemplateFile(file);
    const client = await connect(context);
    const there = await client.storedTemplate(template.name);
    const text = unifiedDiff(there.text, template.text, [`server/${template.name}`, file]);
    if (text !== '') await client.replaceTemplate(template.text, there.etag ?? undefined);
    return {
      text: text === '' ? 'Nothing differs.' : coloured(context, text),
      document: { name: template.name, changed: text !== '', diff: text },
    };
  },
});

type Step = {
  readonly name: string;
  readonly file: string | null;
  readonly action: 'create' | 'update' | 'delete' | 'keep';
  readonly text: string;
  readonly etag: string | null;
};

const apply = defineCommand({
  path: 'template apply',
  text: 'Bring the templates on the server to what a folder holds: first the plan, then the change.',
  about: [
    'Each .yaml and .yml of the folder has to be a template; all are checked before anything is sent. A template that somebody changes meanwhile is left alone, and told.',
    'Without --yes a terminal asks. Elsewhere nothing is changed, and the exit code is 1 where the plan holds a change.',
  ],
  arguments: [{ name: 'FOLDER', text: 'The folder with the templates.' }],
  options: {
    yes: { text: 'Change without asking.' },
    prune: { text: 'Delete your templates that are not in the folder.' },
  },
  examples: ['hfit template apply templates', 'hfit template apply templates --yes --prune'],
  async run(context, [folder], { yes, prune }) {
    const files = await readFolder(folder);
    const client = await connect(context);
    const steps = await planOf(client, files, prune);
    const changes = steps.filter(({ action }) => action !== 'keep');
    const drawn = table(
      ['template', 'plan', 'file'],
      steps.map(({ name, action, file }) => [name, action, file ?? '-']),
    );
    const document = (changed: boolean) => ({
      changed,
      plan: steps.map(({ name, file, action }) => ({ name, file, action })),
    });
    if (changes.length === 0) return { text: drawn, document: document(false) };
    const ask = `Change ${counted(changes.length, 'template')}?`;
    if (!yes && canAsk(context)) process.stderr.write(`${drawn}\n`);
    if (!yes && !(canAsk(context) && (await confirmed(context, ask)))) {
      const text = `${drawn}\n\nNothing was changed: --yes changes ${counted(changes.length, 'template')}.`;
      return { text, document: document(false), exitCode: 1 };
    }
    for (const step of changes) await take(client, step);
    const text = `${drawn}\n\n${counted(changes.length, 'template')} changed.`;
    return { text, document: document(true) };
  },
});

export const templateChanges = [diff, patch, apply];

async function stored(client: HfitClient, name: string): Promise<string | null> {
  try {
    return await client.template(name);
  } catch (error) {
    if (error instanceof HfitError && error.code === 'HFIT_TEMPLATE_UNKNOWN') return null;
    throw error;
  }
}

async function planOf(
  client: HfitClient,
  files: ReadonlyMap<string, Template>,
  prune: boolean,
): Promise<Step[]> {
  const there = new Set((await client.templates()).map(({ name }) => name));
  const steps: Step[] = [];
  for (const [file, { name, text }] of files) {
    if (!there.delete(name)) {
      steps.push({ name, file, action: 'create', text, etag: null });
      continue;
    }
    const kept = await client.storedTemplate(name);
    const action = kept.text === text ? 'keep' : 'update';
    steps.push({ name, file, action, text, etag: kept.etag });
  }
  if (!prune) return steps;
  const gone = [...there].map((name) => ({ name, file: null, text: '', etag: null }));
  return [...steps, ...gone.map((each) => ({ ...each, action: 'delete' as const }))];
}

async function take(client: HfitClient, { action, name, text, etag }: Step): Promise<void> {
  if (action === 'create') await client.createTemplate(text);
  if (action === 'update') await client.replaceTemplate(text, etag ?? undefined);
  if (action === 'delete') await client.deleteTemplate(name);
}

async function readFolder(folder: string): Promise<Map<string, Template>> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => /\.ya?ml$/i.test(name)).sort();
  } catch (cause) {
    const values = { thing: 'folder of templates', reason: (cause as Error).message };
    throw new HfitError('HFIT_FILE_UNREADABLE', values, { where: folder, cause });
  }
  const files = new Map<string, Template>();
  for (const name of names) {
    const path = join(folder, name);
    const template = await readTemplateFile(path);
    const other = [...files].find(([, each]) => each.name === template.name)?.[0];
    if (other !== undefined) {
      const values = { template: template.name, other };
      throw new HfitError('HFIT_TEMPLATE_TWICE', values, { where: path });
    }
    files.set(path, template);
  }
  return files;
}

function coloured({ env, json }: Context, text: string): string {
  const { green, red, cyan } = colorsFor(process.stdout, env);
  if (json) return text;
  const paint = (line: string) => {
    if (line.startsWith('@@')) return cyan(line);
    if (line.startsWith('+')) return green(line);
    return line.startsWith('-') ? red(line) : line;
  };
  return text
    .split('\n')
    .map((line) => paint(printable(line)))
    .join('\n');
}
