import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How the use of fixtures is reported. */
export interface ReportSettings {
  /** By default `text`. */
  readonly format?: 'text' | 'json';
  /** Where it is written; by default to the standard output. */
  readonly write?: (text: string) => void;
  /**
   * Where each process leaves its part, for the report of the whole run. By default a folder for the
   * run, by the environment variable HFIT_RUN; without that, each process reports for itself.
   */
  readonly folder?: string;
}

export interface ReportPlan {
  readonly format: 'text' | 'json';
  readonly write: (text: string) => void;
  readonly folder: string | null;
}

/** Null where the report is off: neither the option nor HFIT_FIXTURE_REPORT asks for it. */
export function reportPlan(option: boolean | ReportSettings): ReportPlan | null {
  const asked = process.env.HFIT_FIXTURE_REPORT ?? '';
  const byVariable = asked !== '' && asked !== '0';
  if (option === false && !byVariable) return null;
  const settings = typeof option === 'object' ? option : {};
  return {
    format: asked === 'json' ? 'json' : (settings.format ?? 'text'),
    write: settings.write ?? ((text) => process.stdout.write(text)),
    folder: settings.folder ?? runFolder(),
  };
}

/** Where the processes of one run leave their parts; null where no run was named. */
export function runFolder(): string | null {
  const { HFIT_RUN: run } = process.env;
  if (run === undefined || run === '') return null;
  return join(tmpdir(), 'hot-fixture', 'runs', encodeURIComponent(run));
}
