import { dirname, resolve } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import { readText } from '../commands/template-file.js';

/** What stands for the databases and volumes of templates on this machine. */
export interface Target {
  /** URLs, by the names of the sources. */
  readonly databases: Readonly<Record<string, string>>;
  /** Absolute folders, by the names of the volumes. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Parameters, by the name of the template. */
  readonly templates: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Reads a target file. Folders are below its own folder; `${NAME}` is a variable of the environment.
 * @throws HFIT_FILE_UNREADABLE, HFIT_TARGET_INVALID
 */
export async function readTarget(path: string, env: NodeJS.ProcessEnv): Promise<Target> {
  const { readDocument } = await import('@hot-fixture/document');
  const fail = (reason: string, where: string) =>
    new HfitError('HFIT_TARGET_INVALID', { reason }, { where });
  const root = readDocument(await readText('target', path), path, fail);
  const fields = root.fields(['hfitTarget'], ['databases', 'volumes', 'templates']);
  if (fields.hfitTarget.text() !== '1') throw fields.hfitTarget.fail('hfitTarget has to be 1');
  type Entry = ReturnType<typeof root.entries>[number];
  const entriesOf = (field: typeof root | undefined): Entry[] =>
    field && field.kind !== 'null' ? field.entries() : [];
  const wordOf = (field: typeof root) =>
    field.text().replace(/\$\{(\w+)\}/g, (_, name: string) => {
      const value = env[name];
      if (!value) throw field.fail(`the environment has no ${name}`);
      return value;
    });
  const databases = entriesOf(fields.databases).map(([name, field]) => [name, wordOf(field)]);
  const volumes = entriesOf(fields.volumes).map(([name, field]) => {
    return [name, resolve(dirname(path), wordOf(field))];
  });
  const templates = entriesOf(fields.templates).map(([name, field]) => {
    const parameters = entriesOf(field).map(([key, value]) => [key, wordOf(value)]);
    return [name, Object.fromEntries(parameters)];
  });
  return {
    databases: Object.fromEntries(databases),
    volumes: Object.fromEntries(volumes),
    templates: Object.fromEntries(templates),
  };
}
