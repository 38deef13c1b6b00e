import type { TrackOptions } from '@hot-fixture/changes';
import type { DumpSettings } from './dump/options.js';
import type { ReportSettings } from './report/settings.js';

export interface FixtureOptions extends Omit<TrackOptions, 'verify'> {
  /**
   * What to do where an earlier run was killed before it cleaned: `keep` what is there, or `rewind`
   * to where its fixtures began. By default `keep`.
   */
  readonly leftovers?: 'keep' | 'rewind';
  readonly dumps?: DumpSettings;
  /** Off by default; the environment variable HFIT_FIXTURE_REPORT switches it on, too. */
  readonly report?: boolean | ReportSettings;
}
