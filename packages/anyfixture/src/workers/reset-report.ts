import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReportSettings, reportPlan } from '../report/settings.js';
import type { Between, ResetUse } from './between.js';
import type { ResetName } from './options.js';

/** How the databases of a run came back between tests. */
export interface ResetsReport {
  readonly workers: number;
  readonly resets: readonly ResetUse[];
  /** What each strategy took where it was tried, in milliseconds; the longest of all workers. */
  readonly measured: Partial<Record<ResetName, number>>;
}

/** Of one file of tests, or more, on the database of one worker. */
interface Part extends ResetsReport {
  readonly worker: string;
}

const folderOf = (run: string) => join(run, 'resets');

/** The part of one worker, and the whole of a run. */
export const ResetReport = {
  /** Leaves it for the report of the whole run, or else writes it. */
  async write(
    option: boolean | ReportSettings | undefined,
    between: Between,
    worker: string,
  ): Promise<void> {
    const plan = reportPlan(option ?? false);
    if (!plan) return;
    const measured = Object.fromEntries(between.measured);
    const report: ResetsReport = { workers: 1, resets: between.uses, measured };
    const part: Part = { ...report, worker };
    if (plan.folder === null) return plan.write(written(report, plan.format));
    const folder = folderOf(plan.folder);
    await mkdir(folder, { recursive: true });
    const file = join(folder, `${process.pid}-${randomUUID().slice(0, 8)}`);
    await writeFile(`${file}.new`, JSON.stringify(part));
    await rename(`${file}.new`, `${file}.json`);
  },

  /** Writes that of the run where one was asked for. */
  async finish(option: boolean | ReportSettings | undefined): Promise<void> {
    const plan = reportPlan(option ?? false);
    if (!plan || plan.folder === null) return;
    const folder = folderOf(plan.folder);
    const names = await readdir(folder).catch(() => []);
    const texts = names
      .filter((name) => name.endsWith('.json'))
      .map((name) => readFile(join(folder, name), 'utf8'));
    const parts = (await Promise.all(texts)).map((text) => JSON.parse(text) as Part);
    if (parts.length > 0) plan.write(written(merged(parts), plan.format));
  },
};

function written(report: ResetsReport, format: 'text' | 'json'): string {
  return format === 'json' ? `${JSON.stringify(report)}\n` : resetsAsText(report);
}

function merged(parts: readonly Part[]): ResetsReport {
  const uses = new Map<string, ResetUse>();
  const measured: Partial<Record<ResetName, number>> = {};
  for (const part of parts) {
    for (const use of part.resets) {
      const key = `${use.strategy} ${use.reason}`;
      const known = uses.get(key);
      uses.set(key, known ? sum(known, use) : use);
    }
    for (const [name, took] of Object.entries(part.measured) as [ResetName, number][]) {
      measured[name] = Math.max(measured[name] ?? 0, took);
    }
  }
  const workers = new Set(parts.map(({ worker }) => worker)).size;
  return { workers, resets: [...uses.values()], measured };
}

function sum(a: ResetUse, b: ResetUse): ResetUse {
  return {
    ...a,
    tests: a.tests + b.tests,
    total: a.total + b.total,
    longest: Math.max(a.longest, b.longest),
  };
}

/** As a person reads it. */
export function resetsAsText({ workers, resets, measured }: ResetsReport): string {
  const number = (milliseconds: number) => `${Number(milliseconds.toPrecision(3))} ms`;
  const tried = Object.entries(measured).map(([name, took]) => `${name} ${number(took)}`);
  const lines = resets
    .filter(({ tests }) => tests > 0)
    .map(
      ({ strategy, reason, tests, total, longest }) =>
        `  ${strategy}: ${tests} tests, ${number(total)} in all, ${number(total / tests)} each, ` +
        `longest ${number(longest)} (${reason})`,
    );
  const of = workers === 1 ? '' : ` of ${workers} workers`;
  return [
    `Databases${of} came back between tests by:`,
    ...lines,
    ...(tried.length > 0 ? [`  measured: ${tried.join(', ')}`] : []),
    '',
  ].join('\n');
}
