import type { Database } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { Extraction, Provenance } from '@hot-fixture/extract';
import type { Policy } from '@hot-fixture/masking';
import { type Context, defineCommand } from '../command.js';
import { deliver } from '../deliver/deliver.js';
import { destinationOf } from '../deliver/destination.js';
import { loadOptionsOf } from '../deliver/load-options.js';
import { deliverAbout, deliverOptions } from '../deliver/options.js';
import type { OnRows, Origin } from '../deliver/origin.js';
import { wholeNumber } from '../option-values.js';
import { outputKind } from '../output/stdout.js';
import { provenance } from '../packages/provenance.js';
import { bringMaskers, maskersOption } from '../policy/maskers.js';
import { maskingKey } from '../state/masking-key.js';
import { budgetOf, tellEstimate, tellReasons } from './extract-tell.js';
import { sourceLimitsOf } from './source-limits.js';
import { outline, readTemplateFile, readText } from './template-file.js';

export const extract = defineCommand({
  path: 'extract',
  text: 'Make a package from databases that you can reach yourself, without a server.',
  about: [
    ...deliverAbout,
    'Masks are made with the masking key: that of --key-file, else that of HFIT_MASKING_KEY, else ~/.hfit/masking.key, which is made at its first use. The same key gives the same masks.',
  ],
  arguments: [
    { name: 'TEMPLATE_FILE', text: 'The template, in YAML.' },
    {
      name: 'PARAM',
      text: 'Parameters of the template: values by position, or name=value.',
      optional: true,
      many: true,
    },
  ],
  options: {
    source: {
      value: 'NAME=URL',
      many: true,
      text: 'A database, under the name that the template calls it by.',
    },
    volume: {
      value: 'NAME=FOLDER',
      many: true,
      text: 'A folder of files, under the name that the template calls it by.',
    },
    policy: {
      value: 'FILE',
      many: true,
      text: 'The policy: which columns may leave, and how they are masked. What it does not name stays behind. Of several files, the strictest line wins.',
    },
    maskers: maskersOption,
    'key-file': {
      value: 'FILE',
      text: 'A file with the masking key; of several, the first is used.',
    },
    'key-id': {
      value: 'ID',
      text: 'Use the key of this id, of several: the manifest of each package has the id of its key.',
    },
    project: {
      value: 'NAME',
      text: 'The project that it is for, by default that of the template: masks are made with a key of its own, and join no others.',
    },
    'signing-key': {
      value: 'FILE',
      text: 'The private key that signs a package, in PEM (Ed25519); by default ~/.hfit/signing.key, which is made at its first use.',
    },
    estimate: {
      text: 'Tell about how many rows and bytes will come, and deliver nothing.',
    },
    explain: {
      value: 'TABLE:KEY',
      text: 'Tell why this row comes, from a row that the template asks for; all stands for every row. A key has its values as they leave, with commas between them. Nothing is delivered.',
    },
    'max-rows': {
      value: 'ROWS',
      text: 'Stop before anything is delivered, where more rows than this belong to it.',
    },
    'max-bytes': { value: 'SIZE', text: 'The same for bytes, such as 50MB.' },
    'source-limit': {
      value: 'LIMIT=SECONDS',
      many: true,
      text: 'What reading may cost a server: how long a statement, the wait for a lock, and an idle transaction may take. By default statement=300, lock=10 and idle=600; none stands for no limit.',
    },
    workers: {
      value: 'COUNT',
      text: 'How many threads mask rows that travel as bytes, 1 to 64: by default what HFIT_WORKERS says, else two where there are two cores.',
    },
    ...deliverOptions,
  },
  examples: [
    'hfit extract daily.yaml customer=42 --source shop=postgresql://db.example.com/shop --policy policy.yaml --into postgresql://localhost/shop_test',
    'hfit extract daily.yaml 42 --source shop=sqlite:shop.db --policy policy.yaml --out daily.sql',
    'hfit extract daily.yaml 42 --source shop=sqlite:shop.db --policy policy.yaml --explain customers:7',
  ],
  async run(context, [file, words], options) {
    const { openDatabase } = await import('@hot-fixture/database');
    const { openExtraction, parseArguments } = await import('@hot-fixture/extract');
    const template = await readTemplateFile(file);
    const parameters = parseArguments(template, words);
    const takeBack = await bringMaskers(context, options.maskers);
    const policy = await readPolicy(options.policy);
    const urls = named('--source', options.source);
    const volumes = named('--volume', options.volume);
    const reads = context.json ? 'nobody' : outputKind();
    const shape = outline(template);
    const tellsOnly = options.estimate || options.explain !== undefined;
    const destination = tellsOnly ? null : destinationOf(options, shape, reads);
    const budget = await budgetOf(options['max-rows'], options['max-bytes']);
    const workers = workersOf(context, options.workers);
    const project = options.project ?? template.projectName ?? undefined;
    const key = await maskingKey(context, options['key-file'], options['key-id'], project);
    const databases: Record<string, Database> = {};
    let extraction: Extraction | undefined;
    const open = async (onRows: OnRows) => {
      const rows: Record<string, number> = {};
      const onProgress = (at: { table: string; rows: number }) => {
        context.signal.throwIfAborted();
        rows[at.table] = at.rows;
        onRows(Object.values(rows).reduce((sum, count) => sum + count, 0));
      };
      const onFound = (found: number) => onRows(found, true);
      const sources = { databases, volumes };
      extraction = await openExtraction({
        ...{ template, parameters, sources, policy, onProgress, onFound, budget },
        maskingKey: key,
        ...(project !== undefined && { project }),
        ...(workers !== undefined && { workers }),
        limits: sourceLimitsOf(options['source-limit']),
        signal: context.signal,
      });
      return extraction;
    };
    try {
      for (const [name, url] of Object.entries(urls)) databases[name] = await openDatabase(url);
      if (!destination) {
        const opened = await open(() => {});
        return options.explain === undefined
          ? await tellEstimate(opened)
          : await tellReasons(opened, options.explain);
      }
      return await deliver(
        context,
        localOrigin(template.name, Object.values(databases), open, () =>
          provenance(context, options['signing-key'], options.policy),
        ),
        destination,
        {
          hasFiles: shape.hasFiles,
          anyDatabase: options['dangerously-allow-any-database'],
          load: loadOptionsOf(options, 'add'),
          progress: options.progress,
        },
      );
    } finally {
      takeBack();
      await extraction?.close();
      for (const database of Object.values(databases)) await database.close();
    }
  },
});

/** An empty variable is one that is not set. */
function workersOf(context: Context, given: string | undefined): number | undefined {
  const [name, value] =
    given === undefined
      ? ['HFIT_WORKERS', context.env.HFIT_WORKERS || undefined]
      : ['--workers', given];
  return value === undefined ? undefined : wholeNumber(context, name, value, 64);
}

type Open = (onRows: OnRows) => Promise<Extraction>;

function localOrigin(
  name: string,
  sources: readonly Database[],
  open: Open,
  vouch: () => Promise<Provenance>,
): Origin {
  return {
    sources,
    async stream(form, onRows) {
      const extraction = await open(onRows);
      if (form === 'script') {
        return { body: extraction.script(), fileName: `${name}.sql`, ...warningsOf(extraction) };
      }
      const archive = await extraction.package(await vouch());
      const { warnings } = extraction;
      return { body: archive.stream, fileName: `${archive.name}.tar.gz`, warnings };
    },
    async dataset(onRows) {
      const extraction = await open((rows, isSearch) => isSearch && onRows(rows, isSearch));
      // What is over its budget ends before a table is made.
      await extraction.collect();
      return { dataset: extraction.dataset(), ...warningsOf(extraction) };
    },
  };
}

/** Those of the rows come behind the others. */
function warningsOf(extraction: Extraction) {
  const { warnings } = extraction;
  return { warnings, late: () => extraction.warnings.slice(warnings.length) };
}

async function readPolicy(paths: readonly string[]): Promise<Policy> {
  if (paths.length === 0) {
    const reason = '--policy FILE is missing, and without a policy no column may leave';
    throw new HfitError('HFIT_USAGE', { reason, help: 'hfit extract --help' });
  }
  const { Policy, parsePolicy } = await import('@hot-fixture/masking');
  const files = paths.map(async (path) => parsePolicy(await readText('policy', path), path));
  return Policy.together(await Promise.all(files));
}

/** Reads `NAME=VALUE` options; a name stands for one thing. */
function named(option: string, given: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const text of given) {
    const [, name, value] = /^([\w.-]+)=(.+)$/s.exec(text) ?? [];
    const twice = name !== undefined && Object.hasOwn(values, name);
    if (name === undefined || value === undefined || twice) {
      const reason = twice ? 'that name is given twice' : 'it is not NAME=VALUE';
      // What is not a name and a URL may still hold a password.
      const shown = name ?? text.replace(/:[^:@/]*@/g, ':…@');
      const help = 'hfit extract --help';
      throw new HfitError('HFIT_OPTION_VALUE', { option, value: shown, reason, help });
    }
    values[name] = value;
  }
  return values;
}
