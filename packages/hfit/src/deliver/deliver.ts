import type { LoadOptions } from '@hot-fixture/database';
import type { Context, Result } from '../command.js';
import { colorsFor } from '../output/colors.js';
import { printable } from '../output/printable.js';
import { Progress } from '../output/progress.js';
import { note, print } from '../output/stdout.js';
import { counted, size } from '../output/table.js';
import type { Destination, Form } from './destination.js';
import { interruptible } from './interruptible.js';
import { loadInto } from './load.js';
import { type Content, type Origin, tellingOfFiles } from './origin.js';
import { PartialFile } from './partial-file.js';

export interface DeliverOptions {
  /** The template exports files. */
  readonly hasFiles: boolean;
  readonly anyDatabase: boolean;
  /** How it gets into a database. */
  readonly load: LoadOptions;
  /** Report also where standard error is no terminal. */
  readonly progress: boolean;
}

/**
 * Brings a package to its destination: it is all there, or the destination is as it was (but for
 * standard output, where a script that was cut has no COMMIT at its end).
 * @returns what to say about it; null where the package itself went to standard output
 */
export async function deliver(
  context: Context,
  given: Origin,
  destination: Destination,
  options: DeliverOptions,
): Promise<Result | null> {
  const origin = tellingOfFiles(given, options.hasFiles);
  const progress = new Progress(options.progress);
  try {
    switch (destination.to) {
      case 'database':
        return await loadInto(
          context,
          origin,
          destination.url,
          options.anyDatabase,
          progress,
          options.load,
        );
      case 'output':
        await copy(
          context,
          await begin(context, origin, destination.form, progress),
          print,
          progress,
        );
        return null;
      case 'file':
        return await writeFile(context, origin, destination, progress);
    }
  } finally {
    progress.clear();
  }
}

async function writeFile(
  context: Context,
  origin: Origin,
  { form, path }: Extract<Destination, { to: 'file' }>,
  progress: Progress,
): Promise<Result> {
  const partial = await PartialFile.begin(path ?? 'hfit-package');
  try {
    const content = await begin(context, origin, form, progress);
    const bytes = await copy(context, content, (data) => partial.write(data), progress);
    const file = path ?? content.fileName;
    await partial.finish(file);
    const warnings = [...content.warnings, ...(content.late?.() ?? [])];
    return {
      text: `${printable(file)}  ${size(bytes)}`,
      document: { file, format: form === 'script' ? 'sql' : 'package', bytes, warnings },
    };
  } finally {
    await partial.discard();
  }
}

async function begin(
  context: Context,
  origin: Origin,
  form: Form,
  progress: Progress,
): Promise<Content> {
  const content = await origin.stream(form, (rows, isSearch) =>
    progress.report(() => `${counted(rows, 'row')}${isSearch ? ' found' : ''}`),
  );
  warn(context, content.warnings, progress);
  return content;
}

/** Says on standard error what the package does not hold; with --json it is in the result. */
export function warn(context: Context, warnings: readonly string[], progress: Progress): void {
  if (context.json) return;
  progress.clear();
  const { yellow } = colorsFor(process.stderr, context.env);
  for (const warning of warnings) note(`${yellow('warning')} ${printable(warning, true)}`);
}

async function copy(
  context: Context,
  { body, late }: Content,
  write: (data: string | Uint8Array) => Promise<void>,
  progress: Progress,
): Promise<number> {
  let bytes = 0;
  for await (const data of interruptible(body, context.signal)) {
    await write(data);
    bytes += typeof data === 'string' ? Buffer.byteLength(data) : data.length;
    progress.report(() => size(bytes));
  }
  progress.end(() => size(bytes));
  warn(context, late?.() ?? [], progress);
  return bytes;
}
