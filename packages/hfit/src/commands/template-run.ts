import { randomUUID } from 'node:crypto';
import { defineCommand } from '../command.js';
import { finished } from '../jobs/wait.js';
import { printable } from '../output/printable.js';
import { Progress } from '../output/progress.js';
import { note } from '../output/stdout.js';
import { counted, size } from '../output/table.js';
import { connect } from '../session.js';
import { storedParameters } from '../templates/parameters.js';
import { estimateText } from './extract-tell.js';

const run = defineCommand({
  path: 'template run',
  text: 'Have the package of a template built, or tell what it would bring.',
  about: [
    'With --dry nothing is built: the server tells about how many rows and bytes will come, by counts and the statistics of its sources. Without it the package is built, and its id is printed for `hfit package download`.',
  ],
  arguments: [
    { name: 'NAME', text: 'Name of the template.' },
    {
      name: 'PARAM',
      text: 'Parameters of the template: values by position, or name=value.',
      optional: true,
      many: true,
    },
  ],
  options: {
    dry: { text: 'Tell about what will come, and build nothing.' },
    progress: {
      text: 'Report on standard error how far it is, also where that is no terminal.',
    },
  },
  examples: ['hfit template run daily customer=42 --dry', 'hfit template run daily customer=42'],
  async run(context, [name, words], { dry, progress }) {
    const client = await connect(context);
    const { parameters } = await storedParameters(client, name, words);
    if (dry) {
      const estimate = await client.estimate(name, parameters);
      if (!context.json) for (const it of estimate.warnings) note(`warning ${printable(it, true)}`);
      return { text: estimateText(estimate.tables), document: estimate };
    }
    const job = await client.packages.create({ template: name, parameters }, randomUUID());
    const built = await finished(context, client, job, new Progress(progress));
    const bytes = built.size ?? 0;
    const rows = counted(built.progress?.rows ?? 0, 'row');
    return { text: printable(`${built.id}  ${rows}, ${size(bytes)}`), document: { ...built } };
  },
});

const schema = defineCommand({
  path: 'template schema',
  text: 'Print the JSON Schema of templates, by which an editor completes and checks them.',
  about: [
    'In an editor with the YAML language server, the first line of a template names it: # yaml-language-server: $schema=hfit-template.json',
  ],
  arguments: [],
  options: {},
  examples: ['hfit template schema > hfit-template.json'],
  async run() {
    const { templateSchema } = await import('../templates/schema.js');
    return { text: JSON.stringify(templateSchema, null, 2), document: templateSchema };
  },
});

export const templateRun = [run, schema];
