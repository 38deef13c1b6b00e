import { HfitError } from '@hot-fixture/errors';
import { readArchive } from '@hot-fixture/extract';
import type { NewTemplate } from '../store/templates.js';
import { readTemplate } from './template-body.js';

/** A template of an archive, with the file that it stood in. */
export interface ArchivedTemplate {
  readonly file: string;
  readonly template: NewTemplate;
}

/** Far more than anybody writes by hand, and little for a server to hold. */
const limits = { bytes: 4 * 1024 * 1024, files: 500, manyFolders: true };
const largestTemplate = 256 * 1024;

/**
 * Reads a tar.gz of YAML templates. Nothing is written to a disk; one file that cannot be taken, and
 * nothing is.
 * @throws HFIT_TEMPLATE_ARCHIVE, and what reading a template throws, with its file
 */
export async function readTemplateArchive(packed: Buffer): Promise<ArchivedTemplate[]> {
  const found = new Map<string, ArchivedTemplate>();
  for (const { file, text } of await unpack(packed)) {
    const template = at(file, () => readTemplate(text));
    const other = found.get(template.name);
    if (other) throw refused(`${other.file} and ${file} have the same templateName`);
    found.set(template.name, { file, template });
  }
  if (found.size === 0) throw refused('there is no template in it');
  return [...found.values()];
}

async function unpack(packed: Buffer): Promise<{ file: string; text: string }[]> {
  const files: { file: string; text: string }[] = [];
  try {
    for await (const { path, size, body } of readArchive(once(packed), limits)) {
      if (!/\.ya?ml$/i.test(path)) throw refused(`${path} is no .yaml file`);
      if (size > largestTemplate) throw refused(`${path} is larger than ${largestTemplate} bytes`);
      const pieces: Uint8Array[] = [];
      for await (const piece of body) pieces.push(Uint8Array.from(piece));
      files.push({ file: path, text: Buffer.concat(pieces).toString() });
    }
  } catch (error) {
    // The archive of a package has other words for the same.
    if (!(error instanceof HfitError) || error.code === 'HFIT_TEMPLATE_ARCHIVE') throw error;
    throw refused(error.what, error);
  }
  return files;
}

async function* once(packed: Buffer): AsyncGenerator<Uint8Array> {
  yield packed;
}

function at<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof HfitError ? error.at(file) : error;
  }
}

function refused(reason: string, cause?: unknown): HfitError {
  return new HfitError('HFIT_TEMPLATE_ARCHIVE', { reason }, { cause });
}
