import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import type { Template } from '@hot-fixture/extract';
import { type Context, defineCommand } from '../command.js';
import { failureOf } from '../output/failure.js';
import { printable } from '../output/printable.js';
import { note } from '../output/stdout.js';
import { connect } from '../session.js';
import { canAsk, confirmed } from '../templates/ask.js';
import { readTemplateFile } from './template-file.js';

export const templateEdit = defineCommand({
  path: 'template edit',
  text: 'Edit a template of the server in your editor.',
  about: [
    'The editor is that of VISUAL or EDITOR, else vi. What is saved is checked: a mistake is told with its line and column, and a terminal asks whether to go on editing. The text is kept beside until the server has it, and its path is told where it has not.',
    'A template that somebody else replaced meanwhile is left as it is.',
  ],
  arguments: [{ name: 'NAME', text: 'Name of the template.' }],
  options: {},
  examples: ['hfit template edit daily', 'EDITOR="code --wait" hfit template edit daily'],
  async run(context, [name]) {
    const client = await connect(context);
    const { text: before, etag } = await client.storedTemplate(name);
    const folder = await mkdtemp(join(tmpdir(), 'hfit-edit-'));
    const file = join(folder, `${name.replace(/[^\w.-]/g, '_')}.yaml`);
    await writeFile(file, before, { mode: 0o600 });
    let done = false;
    try {
      const { text: after } = await edited(context, file);
      if (after === before) {
        done = true;
        return { text: 'Nothing was changed.', document: { name, changed: false } };
      }
      const sent = await client.replaceTemplate(after, etag ?? undefined);
      done = true;
      return { text: printable(`updated ${sent}`), document: { name: sent, changed: true } };
    } finally {
      const unchanged = (await readFile(file, 'utf8').catch(() => before)) === before;
      if (done || unchanged) await rm(folder, { recursive: true, force: true });
      else note(`what you wrote is kept in ${file}`);
    }
  },
});

/** Has it edited until it is right, or the person gives up. */
async function edited(context: Context, file: string): Promise<Template> {
  for (;;) {
    await runEditor(context, file);
    try {
      return await readTemplateFile(file);
    } catch (error) {
      if (!canAsk(context)) throw error;
      note(failureOf(error, false, context.env, process.stderr).text.trimEnd());
      if (!(await confirmed(context, 'Edit it again?'))) throw error;
    }
  }
}

async function runEditor({ env }: Context, file: string): Promise<void> {
  const editor = env.VISUAL || env.EDITOR || 'vi';
  // As git does it: the value may hold options, and the shell reads them.
  const child = spawn('sh', ['-c', `${editor} "$@"`, editor, file], { stdio: 'inherit', env });
  const reason = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) =>
      resolve(code === 0 ? null : `it ended with ${code ?? signal}`),
    );
  });
  if (reason !== null) throw new HfitError('HFIT_EDITOR', { editor, reason });
}
