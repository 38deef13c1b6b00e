import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FixtureReport, mergeReports, reportAsText } from './report.js';
import { type ReportSettings, reportPlan, runFolder } from './settings.js';

/**
 * The report of all processes of a run that have closed their fixtures, for the process that started
 * them.
 * @param folder where they have left their parts; by default that of the run in HFIT_RUN
 */
export async function readRunReport(folder: string | null = runFolder()): Promise<FixtureReport> {
  const names = folder === null ? [] : await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.json')).sort();
  const texts = files.map((name) => readFile(join(folder as string, name), 'utf8'));
  return mergeReports((await Promise.all(texts)).map((text) => JSON.parse(text) as FixtureReport));
}

/**
 * Writes the report of a whole run where one was asked for, and deletes its parts. To be called once,
 * by the process that started the others.
 */
export async function finishRunReport(option: boolean | ReportSettings = false): Promise<void> {
  const plan = reportPlan(option);
  if (!plan || plan.folder === null) return;
  const report = await readRunReport(plan.folder);
  plan.write(plan.format === 'json' ? `${JSON.stringify(report)}\n` : reportAsText(report));
  await rm(plan.folder, { recursive: true, force: true });
}
