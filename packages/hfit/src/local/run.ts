import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LoadOptions } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import type { OpenPackage } from '@hot-fixture/extract';
import type { Context, Result } from '../command.js';
import { interruptible } from '../deliver/interruptible.js';
import { loadInto } from '../deliver/load.js';
import { PartialFile } from '../deliver/partial-file.js';
import { guardOf } from '../guard.js';
import { printable } from '../output/printable.js';
import type { Progress } from '../output/progress.js';
import { note } from '../output/stdout.js';
import { counted, size } from '../output/table.js';
import { packageBytes } from '../packages/open-package.js';
import { connect } from '../session.js';
import { trustedKeys } from '../state/signing-key.js';
import type { Target } from './target.js';

/**
 * Looks at all databases of a target before anything is asked of the server.
 * @throws HFIT_NOT_A_TEST_DATABASE
 */
export async function assertReady(
  { databases }: Pick<Target, 'databases'>,
  anyDatabase: boolean,
): Promise<void> {
  const { openDatabase } = await import('@hot-fixture/database');
  for (const url of Object.values(databases)) {
    const database = await openDatabase(url);
    try {
      database.assertTestDatabase(guardOf(anyDatabase));
    } finally {
      await database.close();
    }
  }
}

/** Downloads the package of a template; what is typed goes before what the target says. */
export async function fetchPackage(
  context: Context,
  name: string,
  words: readonly string[],
  given: Readonly<Record<string, string>>,
  file: PartialFile,
  progress: Progress,
): Promise<void> {
  const { parseArguments, parseTemplate, readParameters } = await import('@hot-fixture/extract');
  const client = await connect(context);
  const template = parseTemplate(await client.template(name), `template ${name}`);
  const parameters = { ...given, ...parseArguments(template, words) };
  readParameters(template, parameters);
  const { body, warnings } = await client.packageStream(name, parameters, 'archive');
  if (!context.json) for (const warning of warnings) note(`warning ${printable(warning, true)}`);
  let bytes = 0;
  for await (const data of interruptible(body, context.signal)) {
    await file.write(data);
    bytes += data.length;
    progress.report(() => size(bytes));
  }
}

interface Loading {
  readonly how: LoadOptions;
  readonly trust: { readonly keys: readonly string[]; readonly anyKey: boolean };
  readonly anyDatabase: boolean;
  readonly progress: Progress;
}

/** Loads a package that lies here into the databases and folders of a target. */
export async function loadPackage(
  context: Context,
  archive: string,
  target: Target,
  { how, trust, anyDatabase, progress }: Loading,
): Promise<Result> {
  const { openPackage } = await import('@hot-fixture/extract');
  const keys = await trustedKeys(context, trust.keys);
  const opened = await openPackage(packageBytes(archive), { keys, anyKey: trust.anyKey });
  try {
    assertNamed(opened, target);
    const texts: string[] = [];
    const databases: Record<string, unknown> = {};
    for (const source of opened.sources) {
      const dataset = opened.dataset(source);
      const origin = { dataset: async () => ({ dataset, warnings: [] }) };
      const url = target.databases[source] as string;
      const loaded = await loadInto(context, origin, url, anyDatabase, progress, how);
      databases[source] = loaded.document;
      texts.push(loaded.text);
    }
    const files = await copyFiles(context, opened, target);
    if (files.length > 0) texts.push(`${counted(files.length, 'file')} written`);
    return { text: texts.join('\n\n'), document: { package: archive, databases, files } };
  } finally {
    await opened.close();
  }
}

/** What has no place is told before anything is written. */
function assertNamed(opened: OpenPackage, target: Target): void {
  const missing = (thing: string, name: string) =>
    new HfitError('HFIT_TARGET_MISSING', { thing, name, field: `${thing}s` });
  for (const source of opened.sources) {
    if (!Object.hasOwn(target.databases, source)) throw missing('database', source);
  }
  for (const { volume } of opened.volumeFiles()) {
    if (!Object.hasOwn(target.volumes, volume)) throw missing('volume', volume);
  }
}

async function copyFiles(
  context: Context,
  opened: OpenPackage,
  { volumes }: Target,
): Promise<string[]> {
  const written: string[] = [];
  for (const { volume, path, file } of opened.volumeFiles()) {
    const to = join(volumes[volume] as string, ...path.split('/'));
    await mkdir(dirname(to), { recursive: true });
    const partial = await PartialFile.begin(to);
    try {
      for await (const data of interruptible(createReadStream(file), context.signal)) {
        await partial.write(data);
      }
      await partial.finish(to);
    } finally {
      await partial.discard();
    }
    written.push(to);
  }
  return written;
}
