import { readFile } from 'node:fs/promises';
import { HfitError } from '@hot-fixture/errors';
import type { Template } from '@hot-fixture/extract';

/**
 * Reads a text file that the user named.
 * @param thing what it should be, for the message
 * @throws HFIT_FILE_UNREADABLE
 */
export async function readText(thing: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new HfitError('HFIT_FILE_UNREADABLE', { thing, reason }, { where: path, cause });
  }
}

/** Reads and checks a template, so that a mistake is told with file, line and column. */
export async function readTemplateFile(path: string): Promise<Template> {
  const text = await readText('template', path);
  const { parseTemplate } = await import('@hot-fixture/extract');
  return parseTemplate(text, path);
}

/** What decides where its package goes when nobody says so. */
export function outline(template: Template): { name: string; hasFiles: boolean } {
  return {
    name: template.name,
    hasFiles: template.exports.some(({ type }) => type === 'file'),
  };
}
