import type { HfitClient } from '@hot-fixture/client';
import type { Template } from '@hot-fixture/extract';
import { defineCommand } from '../command.js';
import { deliver } from '../deliver/deliver.js';
import { destinationOf } from '../deliver/destination.js';
import { loadOptionsOf } from '../deliver/load-options.js';
import { deliverAbout, deliverOptions } from '../deliver/options.js';
import type { Origin } from '../deliver/origin.js';
import { outputKind } from '../output/stdout.js';
import { connect } from '../session.js';
import { outline } from './template-file.js';

export const pkgDownload = defineCommand({
  path: 'pkg-download',
  text: 'Download the package of a template: complete, masked data from the server.',
  about: deliverAbout,
  arguments: [
    { name: 'TEMPLATE', text: 'Name of the template, as `hfit pkg-tmpl list` shows it.' },
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
    'hfit pkg-download daily --into postgresql://localhost/shop_test',
    'hfit pkg-download daily --out daily.tar.gz',
  ],
  async run(context, [name, words], options) {
    const client = await connect(context);
    const { parseArguments, parseTemplate, readParameters } = await import('@hot-fixture/extract');
    const template = parseTemplate(await client.template(name), `template ${name}`);
    const parameters = parseArguments(template, words);
    readParameters(template, parameters); // tells what is wrong before anything is built
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
