import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { openServer, type Server } from '@hot-fixture/database';
import { finishRunReport } from '../report/run.js';
import { planOf } from './migrations.js';
import { Names, projectOf, runKey, runPart } from './names.js';
import { assertOptions, sayer, type WorkerOptions } from './options.js';
import { ResetReport } from './reset-report.js';
import { sweep } from './sweep.js';
import { ensureTemplate } from './template.js';

/** Options of workers, as far as a whole run needs them. */
export type RunOptions = Pick<
  WorkerOptions,
  'url' | 'migrate' | 'name' | 'root' | 'templatePatience' | 'report' | 'say'
>;

/** A run of tests in several processes. */
export interface StartedRun {
  /** Drops the databases of the run, and writes its report where one was asked for. */
  finish(): Promise<void>;
}

/**
 * To be called once, before all tests, by the process that starts the workers: makes the template,
 * removes databases of dead runs, and holds those of this one until `finish`. Workers learn of it by
 * the environment variable HFIT_RUN, which is set here where it is not.
 * @throws what `openWorker` throws
 */
export async function startRun(options: RunOptions): Promise<StartedRun> {
  assertOptions(options);
  const plan = await planOf(options.migrate, resolve(options.root ?? '.'));
  const server = await openServer(options.url);
  const isNamed = Boolean(process.env.HFIT_RUN);
  try {
    process.env.HFIT_RUN ||= randomBytes(8).toString('hex');
    const names = new Names(options.name ?? projectOf(server.named));
    const run = runPart();
    // Somebody else may lead a run of this name already, and then goes on doing so.
    const lock = await server.lock(runKey(run));
    const template = names.template(plan.digest);
    await ensureTemplate(server, template, plan, options.templatePatience ?? 120_000);
    const { kept } = await sweep(server, names, plan.digest);
    if (kept.length > 0) {
      sayer(options)(
        `kept from failed tests: ${kept.join(', ')}. Call removeKept(), or drop them.`,
      );
    }
    return {
      async finish() {
        try {
          await lock?.release();
          if (lock) await sweep(server, names, plan.digest);
          await ResetReport.finish(options.report);
          await finishRunReport(options.report);
        } finally {
          if (!isNamed) delete process.env.HFIT_RUN;
          await server.close();
        }
      },
    };
  } catch (error) {
    if (!isNamed) delete process.env.HFIT_RUN;
    await server.close();
    throw error;
  }
}

/**
 * Drops the databases that failed tests have left to be looked at.
 * @returns their names
 */
export async function removeKept(
  options: Pick<WorkerOptions, 'url' | 'name'>,
): Promise<readonly string[]> {
  const server = await openServer(options.url);
  try {
    const names = new Names(options.name ?? projectOf(server.named));
    return await dropKept(server, names);
  } finally {
    await server.close();
  }
}

async function dropKept(server: Server, names: Names): Promise<string[]> {
  const kept = (await server.databases(names.prefix))
    .filter(({ name, mark }) => mark === 'kept' && names.parse(name) !== null)
    .map(({ name }) => name);
  for (const name of kept) await server.drop(name);
  return kept;
}
