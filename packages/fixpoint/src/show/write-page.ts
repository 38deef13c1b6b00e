import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Difference } from '../compare/difference.js';
import { differenceAsPage, type PageAbout } from './page/page.js';

/**
 * Writes the page of a difference into a folder that Git ignores: `<folder>/<name>.html`.
 * @returns the path of the page
 */
export async function writePage(
  folder: string,
  difference: Difference,
  about: PageAbout,
): Promise<string> {
  const path = pathOf(folder, about.name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(join(folder, '.gitignore'), '*\n');
  const partial = `${path}.${process.pid}.partial`;
  await writeFile(partial, differenceAsPage(difference, about));
  await rename(partial, path);
  return path;
}

/** A page of a difference that is no more would mislead. */
export async function removePage(folder: string, name: string): Promise<void> {
  await rm(pathOf(folder, name), { force: true });
}

const pathOf = (folder: string, name: string) => join(folder, `${name}.html`);
