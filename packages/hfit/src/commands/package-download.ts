import type { HfitClient } from '@hot-fixture/client';
import { HfitError } from '@hot-fixture/errors';
import type { Template } from '@hot-fixture/extract';
import { type Context, defineCommand, type Result } from '../command.js';
import { deliver } from '../deliver/deliver.js';
import { destinationOf } from '../deliver/destination.js';
import { type LoadWishes, loadOptionsOf } from '../deliver/load-options.js';
import { deliverAbout, deliverOptions } from '../deliver/options.js';
import type { Origin } from '../deliver/origin.js';
import { downloadContent } from '../jobs/content.js';
import { loadContent } from '../jobs/into.js';
import { finished } from '../jobs/wait.js';
import { assertReady } from '../local/run.js';
import { printable } from '../output/printable.js';
import { Progress } from '../output/progress.js';
import { outputKind } from '../output/stdout.js';
import { size } from '../output/table.js';
import { connect } from '../session.js';
import { storedParameters } from '../templates/parameters.js';
import { outline } from './template-file.js';

export const packageDownload = defineCommand({
  path: 'package download',
  aliases: ['pkg-download'],
  text: 'Download the package of a template: complete, masked data from the server.',
  about: [
    ...deliverAbout,
    'In the place of TEMPLATE the id of a package may stand that the server builds or has built (hfit package create). It is waited for, a download that was cut goes on where it ended when the same command is run again, and its digest is checked before the file gets its name. With --into it is then loaded as hfit package load does, and its file removed.',
  ],
  arguments: [
    {
      name: 'TEMPLATE',
      text: 'Name of the template, as `hfit template list` shows it; or the id of a package.',
    },
    {
      name: 'PARAM',
      text: 'Parameters of the template: values by position, or name=value.',
      optional: true,
      many: true,
    },
  ],
  options: deliverOptions,
  examples: [
    'hfit pkg-download daily-dev-scenario | mysql test_db',
    'hfit pkg-download onboarding-dataset && mysql dev_db < onboarding-dataset.sql',
    'hfit pkg-download incident customer_id=12847 start_time="2024-10-15 14:30:00"',
    'hfit package download daily --into postgresql://localhost/shop_test',
    'hfit package download 0f3c52a8-5c9e-4d4e-9f6b-1f2a3b4c5d6e --out daily.tar.gz',
    'hfit package download 0f3c52a8-5c9e-4d4e-9f6b-1f2a3b4c5d6e --into sqlite:shop_test.db',
  ],
  async run(context, [name, words], options) {
    const client = await connect(context);
    if (isId.test(name)) return downloadById(context, client, name, words, options);
    const { template, parameters } = await storedParameters(client, name, words);
    const reads = context.json ? 'nobody' : outputKind();
    const shape = outline(template);
    const destination = destinationOf(options, shape, reads);
    return deliver(context, serverOrigin(client, template, parameters), destination, {
      hasFiles: shape.hasFiles,
      anyDatabase: options['dangerously-allow-any-database'],
      load: loadOptionsOf(options, 'add'),
      progress: options.progress,
    });
  },
});

/** As the server makes the ids of packages; a template of such a name is asked for by its job. */
const isId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

interface BuiltOptions extends LoadWishes {
  readonly out: string | undefined;
  readonly into: string | undefined;
  readonly 'dangerously-allow-any-database': boolean;
  readonly progress: boolean;
}

async function downloadById(
  context: Context,
  client: HfitClient,
  id: string,
  words: readonly string[],
  options: BuiltOptions,
): Promise<Result> {
  const { out, into } = options;
  if (words.length > 0) {
    const reason = 'a package that is built has its parameters already';
    throw new HfitError('HFIT_USAGE', { reason, help: context.help });
  }
  if (into !== undefined && out !== undefined) {
    throw new HfitError('HFIT_OPTIONS_CONFLICT', { one: '--into', other: '--out' });
  }
  const anyDatabase = options['dangerously-allow-any-database'];
  // Nothing is waited for and downloaded for a target that would refuse it.
  if (into !== undefined) await assertReady({ databases: { into } }, anyDatabase);
  const progress = new Progress(options.progress);
  const job = await finished(context, client, await client.packages.get(id), progress);
  if (into !== undefined) {
    // The server that the user has logged in to vouches for it.
    const trust = { keys: [], anyKey: true };
    const how = loadOptionsOf(options, 'add');
    return loadContent(context, client, job, { into, trust, anyDatabase, how, progress });
  }
  const done = await downloadContent(context, client, job, out, progress);
  const resumed = done.resumedAt > 0 ? `, ${size(done.resumedAt)} of it from before` : '';
  return {
    text: printable(`${done.file}  ${size(done.bytes)}${resumed}`),
    document: { ...done, id },
  };
}

function serverOrigin(
  client: HfitClient,
  { name }: Template,
  parameters: Record<string, string>,
): Origin {
  return {
    async stream(form) {
      const { body, fileName, warnings } = await client.packageStream(name, parameters, form);
      return { body, fileName: fileName ?? `pkg-${name}-${Date.now()}.tar.gz`, warnings };
    },
    async dataset() {
      const { body, warnings } = await client.packageStream(name, parameters, 'dataset');
      const { readLines } = await import('@hot-fixture/extract');
      return { dataset: await readLines(body), warnings };
    },
  };
}
