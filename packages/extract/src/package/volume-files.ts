import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import { parseTemplate } from '../template/parse.js';
import { pathOf } from '../volume.js';
import { damaged, type Manifest, parsed } from './manifest.js';

/** A file of a volume that a package carries. */
export interface VolumeFile {
  readonly volume: string;
  /** Where it was in the volume, with `/` between the names; never out of it. */
  readonly path: string;
  /** Where it is unpacked. */
  readonly file: string;
}

/**
 * The files of volumes that an unpacked package carries, by its template and what that computed.
 * @throws HFIT_PACKAGE_FORMAT, HFIT_FILE_PATH
 */
export function volumeFilesOf(folder: string, manifest: Manifest): VolumeFile[] {
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  const listed = new Set(manifest.files.map(({ path }) => path));
  const [templatePath, variablesPath] = ['METADATA/pkg-template.yaml', 'METADATA/replacement.json'];
  if (!listed.has(templatePath) || !listed.has(variablesPath)) throw damaged(templatePath);
  const variables = parsed(read(variablesPath), variablesPath) as Record<string, string>;
  const files: VolumeFile[] = [];
  for (const it of parseTemplate(read(templatePath), templatePath).exports) {
    if (it.type !== 'file' || !listed.has(it.name)) continue;
    const path = pathOf(it.path, variables);
    if (path.split(/[/\\]/).some((name) => name === '' || name === '.' || name === '..')) {
      throw new HfitError('HFIT_FILE_PATH', { value: JSON.stringify(path) }, { where: it.where });
    }
    files.push({ volume: it.volume, path, file: join(folder, it.name) });
  }
  return files;
}
