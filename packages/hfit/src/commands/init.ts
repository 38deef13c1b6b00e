import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseHost } from '@hot-fixture/client';
import { HfitError } from '@hot-fixture/errors';
import { type Context, defineCommand } from '../command.js';
import { printable } from '../output/printable.js';
import { writeConfig } from '../state/config.js';
import { removeTokens } from '../state/token.js';
import { canAsk, typed } from '../templates/ask.js';
import { dataFolder, prepareFolder } from './prepare.js';

export const init = defineCommand({
  path: 'init',
  text: 'Set a project up by asking: the server, the folder for data, a first template.',
  about: [
    'Each question has an option; what an option says is not asked. Where nobody can be asked, what is not said is left out. Files that are there stay as they are.',
    'It sets the server as `hfit config` does, makes hfit-data as `hfit prepare` does, and writes templates/NAME.yaml: a template of one table with all that its rows need.',
  ],
  arguments: [],
  options: {
    host: { value: 'HOST', text: 'Address of hfitd.' },
    email: { value: 'EMAIL', text: 'Your name at that server.' },
    template: { value: 'NAME', text: 'Name of a first template.' },
    dbms: { value: 'DBMS', text: 'The source that it takes rows from.' },
    table: { value: 'TABLE', text: 'The table that it begins with.' },
    yes: { text: 'Ask nothing.' },
  },
  examples: [
    'hfit init',
    'hfit init --yes --host https://hfit.example.com --email ann@example.com --template daily --dbms shop --table orders',
  ],
  async run(context, _, options) {
    const asks = !options.yes && canAsk(context);
    const ask = (given: string | undefined, message: string, example: string) =>
      given !== undefined || !asks ? given : typed(context, message, example);
    const host = await ask(options.host, 'Which server?', 'https://hfit.example.com');
    const email = host && (await ask(options.email, 'Who are you there?', 'ann@example.com'));
    const name = await ask(options.template, 'A first template? Its name:', 'daily');
    const dbms = name && (await ask(options.dbms, 'From which source?', 'shop'));
    const table = dbms && (await ask(options.table, 'Beginning with which table?', 'orders'));
    const done: string[] = [];
    if (host) done.push(await setServer(context, host, email));
    if (await prepareFolder(dataFolder)) done.push(`made ${dataFolder}`);
    if (name) {
      const file = `templates/${name}.yaml`;
      const made = await writeTemplate(context, file, name, dbms, table);
      done.push(made ? `wrote ${file}` : `${file} was there already`);
    }
    const next = name ? `hfit login && hfit template apply templates` : 'hfit login';
    const text = [...done, `Next: ${next}`].map((line) => printable(line)).join('\n');
    return { text, document: { done, next } };
  },
});

async function setServer(
  { home, help }: Context,
  given: string,
  email: string | undefined,
): Promise<string> {
  const host = parseHost(given);
  if (!email) {
    const reason = '--email is missing: your name at that server';
    throw new HfitError('HFIT_USAGE', { reason, help });
  }
  await removeTokens(home);
  await writeConfig(home, { host, email, key: null, oidcTokenFile: null, audience: null });
  return `set ${host} for ${email}`;
}

async function writeTemplate(
  { help }: Context,
  file: string,
  name: string,
  dbms: string | undefined,
  table: string | undefined,
): Promise<boolean> {
  if (!dbms || !table) {
    const reason = '--dbms and --table are missing: where the first template takes rows from';
    throw new HfitError('HFIT_USAGE', { reason, help });
  }
  const text = `hfitVersion: 1
templateName: ${name}
description: Rows of ${table}, and everything that they need
parameters:
  - { name: row_limit, type: integer, default: 100 }
exports:
  slice.sql:
    type: subset
    data:
      dbms: ${JSON.stringify(dbms)}
      table: ${JSON.stringify(table)}
      filter: "LIMIT \${row_limit}"
`;
  const { parseTemplate } = await import('@hot-fixture/extract');
  parseTemplate(text, file);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new HfitError('HFIT_OUT_FILE', { reason: message }, { where: file, cause });
  }
}
