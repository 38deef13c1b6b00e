import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FixtureReport, reportAsText, reportOf } from './report.js';
import { type ReportSettings, reportPlan } from './settings.js';

interface Count {
  builds: number;
  buildTime: number;
  hits: number;
  saved: number;
  readonly how: Set<string>;
}

/** Counts how the fixtures of this process are used. */
export class Usage {
  readonly #option: boolean | ReportSettings;
  readonly #counts = new Map<string, Count>();
  readonly #id = `${process.pid}-${randomUUID().slice(0, 8)}`;

  constructor(option: boolean | ReportSettings) {
    this.#option = option;
  }

  /**
   * @param own what was spent on it alone, in milliseconds
   * @param saved what the block would have taken beyond that
   */
  built(name: string, own: number, saved: number, how?: string): void {
    const count = this.#of(name);
    count.builds += 1;
    count.buildTime += own;
    count.saved += Math.max(0, saved);
    if (how !== undefined) count.how.add(how);
  }

  hit(name: string, cost: number): void {
    const count = this.#of(name);
    count.hits += 1;
    count.saved += cost;
  }

  #of(name: string): Count {
    const found = this.#counts.get(name);
    if (found) return found;
    const count = { builds: 0, buildTime: 0, hits: 0, saved: 0, how: new Set<string>() };
    this.#counts.set(name, count);
    return count;
  }

  report(): FixtureReport {
    const fixtures = [...this.#counts].map(
      ([fixture, { builds, buildTime, hits, saved, how }]) => ({
        fixture,
        builds,
        buildTime,
        hits,
        saved,
        wasted: hits === 0 ? buildTime : 0,
        how: [...how],
      }),
    );
    return reportOf(fixtures, 1);
  }

  /** Where a report was asked for: leaves it for that of the whole run, or else writes it. */
  async write(): Promise<void> {
    const plan = reportPlan(this.#option);
    if (!plan) return;
    const report = this.report();
    if (plan.folder === null) {
      const text = plan.format === 'json' ? `${JSON.stringify(report)}\n` : reportAsText(report);
      return plan.write(text);
    }
    await mkdir(plan.folder, { recursive: true });
    const file = join(plan.folder, `${this.#id}.json`);
    // Whole or not at all: the run may be reported meanwhile.
    await writeFile(`${file}.new`, JSON.stringify(report));
    await rename(`${file}.new`, file);
  }
}
