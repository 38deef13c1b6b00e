import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { openDatabase, type Server } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { glob } from 'tinyglobby';
import { digestOfFiles } from '../dump/watch.js';
import type { Files, Migrations } from './options.js';

/** Moves when templates are made in another way. */
const version = 1;

export interface Plan {
  readonly root: string;
  readonly migrations: Migrations;
  /** Relative to the root, in the order of their names. */
  readonly files: readonly string[];
  /** Of all that makes the template what it is. */
  readonly digest: string;
}

/** @throws HFIT_TEMPLATE_FILES */
export async function planOf(migrations: Migrations, root: string): Promise<Plan> {
  const isFiles = typeof migrations === 'string' || Array.isArray(migrations);
  const given = migrations as Exclude<Migrations, Files>;
  const files = await filesOf(root, isFiles ? (migrations as Files) : given.watch);
  const how = isFiles ? 'files' : 'command' in given ? given.command : String(given.run);
  const hash = createHash('sha256');
  hash.update(JSON.stringify([version, how, await digestOfFiles(root, files)]));
  return { root, migrations, files, digest: hash.digest('hex').slice(0, 10) };
}

async function filesOf(root: string, given: Files): Promise<string[]> {
  const all: string[] = [];
  for (const pattern of typeof given === 'string' ? [given] : given) {
    const path = resolve(root, pattern);
    const about = await stat(path).catch(() => null);
    const found = about?.isFile()
      ? [isAbsolute(pattern) ? relative(root, pattern) : pattern]
      : await glob([about?.isDirectory() ? `${pattern.replace(/\/+$/, '')}/**` : pattern], {
          cwd: root,
          ignore: ['**/node_modules/**'],
        });
    if (found.length === 0) {
      throw new HfitError('HFIT_TEMPLATE_FILES', { folder: root, pattern: `"${pattern}"` });
    }
    // Those of one glob in the order of their names; the globs in the order given.
    all.push(...found.sort().filter((file) => !all.includes(file)));
  }
  return all;
}

/**
 * Runs the migrations in an empty database.
 * @throws HFIT_TEMPLATE_FAILED, HFIT_TEMPLATE_URL
 */
export async function migrate(server: Server, name: string, plan: Plan): Promise<void> {
  const { migrations, root, files } = plan;
  if (typeof migrations === 'string' || Array.isArray(migrations)) {
    for (const file of files) {
      const script = await readFile(resolve(root, file), 'utf8');
      await server.run(name, script).catch((error) => {
        throw failed(error, file);
      });
    }
    return;
  }
  const given = migrations as Exclude<Migrations, Files>;
  const { target, url } = await server.open(name);
  if ('command' in given) {
    if (url === '') throw new HfitError('HFIT_TEMPLATE_URL', { database: server.location });
    const environment = { ...process.env, [given.variable ?? 'DATABASE_URL']: url };
    await runCommand(given.command, root, environment);
    return;
  }
  const database = await openDatabase(target);
  try {
    await given.run({ database, url, target });
  } catch (error) {
    throw failed(error, 'migrate.run');
  } finally {
    await database.close();
  }
}

function failed(error: unknown, where: string): HfitError {
  const reason =
    error instanceof HfitError ? error.what : String((error as Error)?.message ?? error);
  return new HfitError('HFIT_TEMPLATE_FAILED', { reason }, { where, cause: error });
}

function runCommand(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { cwd, env, shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (data: Buffer) => {
      output = `${output}${data}`.slice(-4000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => reject(failed(error, command)));
    child.on('close', (code) => {
      if (code === 0) return resolve();
      reject(failed(new Error(`it ended with ${code}\n${output.trim()}`), command));
    });
  });
}
