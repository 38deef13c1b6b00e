import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import { defineCommand } from '../command.js';
import { printable } from '../output/printable.js';

/** Where downloads of a project lie, and what is written for them by hand. */
export const dataFolder = 'hfit-data';

const ignored = `# What hfit downloads stays out of git; what you write for it goes in.
*
!.gitignore
!*.yaml
!*.yml
`;

export const prepare = defineCommand({
  path: 'prepare',
  text: 'Make the folder hfit-data for what is downloaded, out of which git takes only YAML.',
  about: ['What is in the folder already stays as it is. Target files of local-i belong there.'],
  arguments: [],
  options: {},
  examples: ['hfit prepare'],
  async run() {
    const made = await prepareFolder(dataFolder);
    const text = made ? `made ${dataFolder}` : `${dataFolder} was there already`;
    return { text: printable(text), document: { folder: dataFolder, made } };
  },
});

/**
 * Makes such a folder.
 * @returns whether anything was missing
 * @throws HFIT_OUT_FILE
 */
export async function prepareFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '.gitignore'), ignored, { flag: 'wx' });
    return true;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST' && !message.includes('mkdir')) return false;
    throw new HfitError('HFIT_OUT_FILE', { reason: message }, { where: folder, cause });
  }
}
