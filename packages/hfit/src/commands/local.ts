import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import type { Template } from '@hot-fixture/extract';
import { defineCommand } from '../command.js';
import { loadOptionsOf } from '../deliver/load-options.js';
import { PartialFile } from '../deliver/partial-file.js';
import { draftTarget, exampleUrl } from '../local/draft.js';
import { assertReady, fetchPackage, loadPackage } from '../local/run.js';
import { readTarget } from '../local/target.js';
import { printable } from '../output/printable.js';
import { Progress } from '../output/progress.js';
import { packageLoadOptions } from '../packages/open-package.js';
import { connect } from '../session.js';
import { readTemplateFile } from './template-file.js';

const targetArgument = {
  name: 'TARGET.yaml',
  text: 'The target file: which local database and folder stand for those of the templates.',
} as const;

const create = defineCommand({
  path: 'local-i create',
  text: 'Write a target file for templates, to be filled in.',
  about: [
    'It proposes a local database for each source, a folder for each volume, and names the parameters. A file that is there is left alone. In it ${NAME} stands for a variable of the environment.',
  ],
  arguments: [
    targetArgument,
    { name: 'extract-from', text: 'This word.', choices: ['extract-from'] },
    { name: 'TEMPLATE', text: 'Templates of the server, or files.', many: true },
  ],
  options: {},
  examples: ['hfit local-i create hfit-data/me.yaml extract-from daily-dev-scenario'],
  async run(context, [file, , names]) {
    const { parseTemplate } = await import('@hot-fixture/extract');
    const client = names.every((name) => existsSync(name)) ? null : await connect(context);
    const templates: Template[] = [];
    for (const name of names) {
      templates.push(
        client && !existsSync(name)
          ? parseTemplate(await client.template(name), `template ${name}`)
          : await readTemplateFile(name),
      );
    }
    const dialects = client ? await client.dbmss() : [];
    const text = draftTarget(templates, (source) => {
      const known = dialects.find(({ name }) => name.toLowerCase() === source.toLowerCase());
      return exampleUrl(known?.dialect, source);
    });
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { flag: 'wx' });
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      const reason = code === 'EEXIST' ? 'it is there already' : message;
      throw new HfitError('HFIT_OUT_FILE', { reason }, { where: file, cause });
    }
    const document = { file, templates: templates.map(({ name }) => name) };
    return {
      text: printable(`wrote ${file}: check it, then hfit local-i run-on ${file} TEMPLATE`),
      document,
    };
  },
});

const runOn = defineCommand({
  path: 'local-i run-on',
  text: 'Download the package of a template, and load it into the local databases and folders.',
  about: [
    'The package is kept beside the target file. Each database is loaded in one transaction, and what its tables hold is replaced, unless --existing says otherwise. Files go to where they were in their volumes.',
    'A database has to look like one for tests; all are looked at before anything is downloaded.',
  ],
  arguments: [
    targetArgument,
    { name: 'TEMPLATE', text: 'Name of the template.' },
    {
      name: 'PARAM',
      text: 'Parameters, before those of the target file: values by position, or name=value.',
      optional: true,
      many: true,
    },
  ],
  options: {
    'no-download': { text: 'Load what was downloaded before.' },
    ...packageLoadOptions,
  },
  examples: [
    'hfit local-i run-on hfit-data/me.yaml daily-dev-scenario',
    'hfit local-i run-on hfit-data/me.yaml daily-dev-scenario --no-download',
  ],
  async run(context, [file, name, words], options) {
    const target = await readTarget(file, context.env);
    const anyDatabase = options['dangerously-allow-any-database'];
    const archive = join(dirname(file), `${name.replace(/[^\w.-]/g, '_')}.tar.gz`);
    const progress = new Progress(options.progress);
    try {
      await assertReady(target, anyDatabase);
      if (!options['no-download']) {
        const partial = await PartialFile.begin(archive);
        try {
          const given = target.templates[name] ?? {};
          await fetchPackage(context, name, words, given, partial, progress);
          await partial.finish(archive);
        } finally {
          await partial.discard();
        }
      }
      const how = { ...loadOptionsOf(options, 'add'), existing: options.existing ?? 'replace' };
      const trust = { keys: options.key, anyKey: options['any-key'] || options.key.length === 0 };
      return await loadPackage(context, archive, target, { how, trust, anyDatabase, progress });
    } finally {
      progress.clear();
    }
  },
});

export const local = [create, runOn];
