import { randomUUID } from 'node:crypto';
import type { PackageJob } from '@hot-fixture/client';
import { secondsIn } from '@hot-fixture/document';
import { HfitError } from '@hot-fixture/errors';
import { type Context, defineCommand } from '../command.js';
import { finished, told } from '../jobs/wait.js';
import { factsTable, factsText } from '../output/facts.js';
import { printable } from '../output/printable.js';
import { Progress } from '../output/progress.js';
import { size } from '../output/table.js';
import { connect } from '../session.js';
import { storedParameters } from '../templates/parameters.js';

const idArgument = {
  name: 'ID',
  text: 'Of the package, as `hfit package list` shows it.',
} as const;

const create = defineCommand({
  path: 'package create',
  text: 'Have the server build a package in the background.',
  about: [
    'It prints the id, by which the package is downloaded when it is built. What the server has built already of the same template, parameters, policy and schema is served again, unless --fresh is given.',
    'With --wait the exit code tells whether it was built.',
  ],
  arguments: [
    { name: 'TEMPLATE', text: 'Name of the template, as `hfit template list` shows it.' },
    {
      name: 'PARAM',
      text: 'Parameters of the template: values by position, or name=value.',
      optional: true,
      many: true,
    },
  ],
  options: {
    fresh: { text: 'Build it anew, though the same was built already.' },
    'max-age': {
      value: 'AGE',
      text: 'How old a package may be that is served again, such as 30s, 15m, 24h or 7d.',
    },
    format: {
      value: 'FORMAT',
      choices: ['package', 'sql'],
      text: 'The package (.tar.gz, by default), or one SQL script.',
    },
    wait: { text: 'Wait until it is built.' },
    progress: {
      text: 'Report on standard error how far it is, also where that is no terminal.',
    },
  },
  examples: [
    'hfit package create daily customer=42',
    'hfit package create daily customer=42 --max-age 15m',
    'hfit package create daily customer=42 --fresh --wait --json',
  ],
  async run(context, [name, words], options) {
    const { fresh, format, wait, progress, 'max-age': age } = options;
    const max_age = age === undefined ? undefined : ageOf(context, age);
    const client = await connect(context);
    const { parameters } = await storedParameters(client, name, words);
    const request = {
      ...{ template: name, parameters },
      ...(fresh && { fresh }),
      ...(max_age !== undefined && { max_age }),
      ...(format && { format: format === 'sql' ? 'script' : 'package' }),
    };
    const job = await client.packages.create(request, randomUUID());
    if (!wait) return { text: printable(job.id), document: { ...job } };
    const built = await finished(context, client, job, new Progress(progress));
    return { text: printable(built.id), document: { ...built } };
  },
});

const list = defineCommand({
  path: 'package list',
  text: 'List your packages on the server: those that are built, and those that will be.',
  arguments: [],
  options: {},
  examples: ['hfit package list'],
  async run(context) {
    const client = await connect(context);
    const packages = await client.packages.list();
    const columns = ['id', 'template', 'parameters', 'state', 'created_at', 'size', 'expires_at'];
    return { text: factsTable(packages.map(shown), columns), document: { packages } };
  },
});

const show = defineCommand({
  path: 'package show',
  text: 'Show a package of yours on the server: how far it is, or why it failed.',
  arguments: [idArgument],
  options: {},
  examples: ['hfit package show 0f3c52a8-5c9e-4d4e-9f6b-1f2a3b4c5d6e'],
  async run(context, [id]) {
    const client = await connect(context);
    const job = await client.packages.get(id);
    return { text: factsText(shown(job)), document: { ...job } };
  },
});

const cancel = defineCommand({
  path: 'package cancel',
  text: 'Stop the building of a package, or remove one that is built.',
  arguments: [idArgument],
  options: {},
  examples: ['hfit package cancel 0f3c52a8-5c9e-4d4e-9f6b-1f2a3b4c5d6e'],
  async run(context, [id]) {
    const client = await connect(context);
    await client.packages.cancel(id);
    return { text: printable(`cancelled ${id}`), document: { id } };
  },
});

const retry = defineCommand({
  path: 'package retry',
  text: 'Have a package built again that failed or was cancelled.',
  arguments: [idArgument],
  options: {},
  examples: ['hfit package retry 0f3c52a8-5c9e-4d4e-9f6b-1f2a3b4c5d6e'],
  async run(context, [id]) {
    const client = await connect(context);
    const job = await client.packages.retry(id);
    return { text: printable(job.id), document: { ...job } };
  },
});

export const packages = [create, list, show, cancel, retry];

function ageOf({ help }: Context, value: string): number {
  const seconds = secondsIn(value);
  if (seconds !== null && seconds <= 366 * 86_400) return seconds;
  const reason = 'it is no time such as 30s, 15m, 24h or 7d, at most 366d';
  throw new HfitError('HFIT_OPTION_VALUE', { option: '--max-age', value, reason, help });
}

/** For people: sizes in words, and of a problem its text. */
function shown(job: PackageJob): Record<string, unknown> {
  return {
    ...job,
    size: typeof job.size === 'number' ? size(job.size) : null,
    progress: job.state === 'running' && job.progress ? told(job.progress) : null,
    problem: job.problem?.what ?? job.problem?.code ?? null,
  };
}
