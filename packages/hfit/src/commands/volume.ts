import { basename, resolve } from 'node:path';
import type { FileInfo } from '@hot-fixture/client';
import { HfitError } from '@hot-fixture/errors';
import { type Context, defineCommand, type Result } from '../command.js';
import { interruptible } from '../deliver/interruptible.js';
import { PartialFile } from '../deliver/partial-file.js';
import { printable } from '../output/printable.js';
import { Progress } from '../output/progress.js';
import { outputKind, print } from '../output/stdout.js';
import { size, table } from '../output/table.js';
import { connect } from '../session.js';

const filterText =
  'name:GLOB, mtime:7 (changed within 7 days), mtime:-7 (before that), size:>1000, size:<1000, sort:mtime:desc (mtime, size, name or path).';

const list = defineCommand({
  path: 'volume list',
  text: 'List the volumes: the folders whose files the server gives out.',
  arguments: [],
  options: {},
  examples: ['hfit volume list'],
  async run(context) {
    const client = await connect(context);
    const volumes = await client.files.volumes();
    return {
      text: table(
        ['name'],
        volumes.map((name) => [name]),
      ),
      document: { volumes },
    };
  },
});

const files = defineCommand({
  path: 'volume files',
  aliases: ['files'],
  text: 'List the files of a volume.',
  arguments: [
    { name: 'VOLUME', text: 'Name of the volume, as `hfit volume list` shows it.' },
    { name: 'FILTER', text: `What to list: ${filterText}`, optional: true, many: true },
  ],
  options: {},
  examples: ['hfit files invoices name:*.pdf mtime:7 sort:size:desc', 'hfit volume files invoices'],
  async run(context, [volume, filters]) {
    const client = await connect(context);
    const found: FileInfo[] = [];
    for await (const file of interruptible(client.files.list(volume, filters), context.signal)) {
      found.push(file);
    }
    const lines = found.map((file) => [
      file.isdir ? `${file.path}/` : file.path,
      file.isdir ? '-' : size(file.size),
      file.modtime.slice(0, 16).replace('T', ' '),
    ]);
    return { text: table(['path', 'size', 'changed'], lines), document: { files: found } };
  },
});

const download = defineCommand({
  path: 'volume download',
  aliases: ['download'],
  text: 'Download a file of a volume.',
  about: [
    'With FILTER it is the best match of the files in that folder and below. A file of that name that is here already is replaced when the new one is complete. Where a program reads standard output, it goes there.',
  ],
  arguments: [
    { name: 'FILE', text: 'As VOLUME:/PATH; with FILTER, PATH is a folder.' },
    { name: 'FILTER', text: `Which file of the folder: ${filterText}`, optional: true, many: true },
  ],
  options: { out: { value: 'FILE', text: 'Where to write it, in the place of its own name.' } },
  examples: [
    'hfit download invoices:/2026/03/12847.pdf',
    'hfit volume download invoices:/2026 name:*12847* sort:mtime:desc --out newest.pdf',
  ],
  async run(context, [file, filters], { out }) {
    const [, volume, path] = /^([^:]+):\/*(.*)$/s.exec(file) ?? [];
    if (volume === undefined || path === undefined || (path === '' && filters.length === 0)) {
      const reason = `"${file}" is not VOLUME:/PATH`;
      throw new HfitError('HFIT_USAGE', { reason, help: context.help });
    }
    const client = await connect(context);
    const wanted = filters.length > 0 ? { folder: path, filters } : { path };
    const stream = await client.files.download(volume, wanted);
    const name = stream.fileName ?? (basename(filters.length > 0 ? '' : path) || 'download');
    return receive(context, stream, out, name);
  },
});

export const volume = [list, files, download];

/** Writes a stream to a file, or to whoever reads standard output. */
async function receive(
  context: Context,
  { body, size: total }: { body: AsyncIterable<Uint8Array>; size: number | null },
  out: string | undefined,
  name: string,
): Promise<Result | null> {
  const toOutput = out === undefined && !context.json && outputKind() === 'reader';
  const target = out ?? name;
  const file = toOutput ? null : await PartialFile.begin(resolve(target));
  const progress = new Progress(false);
  let bytes = 0;
  try {
    for await (const data of interruptible(body, context.signal)) {
      await (file ? file.write(data) : print(data));
      bytes += data.length;
      progress.report(() => (total === null ? size(bytes) : `${size(bytes)} of ${size(total)}`));
    }
    await file?.finish(resolve(target));
  } finally {
    progress.clear();
    await file?.discard();
  }
  if (!file) return null;
  return { text: `${printable(target)}  ${size(bytes)}`, document: { file: target, bytes } };
}
