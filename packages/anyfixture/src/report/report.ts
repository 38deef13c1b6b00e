/** How one fixture was used. Times are in milliseconds. */
export interface FixtureUse {
  readonly fixture: string;
  /** How often it was built or loaded: once for each process that needed it. */
  readonly builds: number;
  /** What building and loading took in all, without the fixtures that were built on the way. */
  readonly buildTime: number;
  /** How often it was asked for when it was there already. */
  readonly hits: number;
  /** What the block would have taken at these hits, and where a dump was loaded in its place. */
  readonly saved: number;
  /** What building it took in processes where nobody asked for it again. */
  readonly wasted: number;
  /** What was done instead of running the block, or why a dump was not used. */
  readonly how: readonly string[];
}

export interface FixtureReport {
  /** How many processes it is of. */
  readonly processes: number;
  readonly fixtures: readonly FixtureUse[];
  readonly total: {
    readonly spent: number;
    readonly saved: number;
    readonly wasted: number;
  };
}

/** The report of several processes as one. */
export function mergeReports(reports: readonly FixtureReport[]): FixtureReport {
  const uses = new Map<string, FixtureUse>();
  for (const use of reports.flatMap(({ fixtures }) => fixtures)) {
    const so = uses.get(use.fixture);
    uses.set(use.fixture, so ? sum(so, use) : use);
  }
  return reportOf(
    [...uses.values()],
    reports.reduce((count, { processes }) => count + processes, 0),
  );
}

/** Adds up; the fixtures that were asked for most often come first. */
export function reportOf(fixtures: readonly FixtureUse[], processes: number): FixtureReport {
  const total = (of: (use: FixtureUse) => number) => fixtures.reduce((all, it) => all + of(it), 0);
  return {
    processes,
    fixtures: fixtures.toSorted(
      (a, b) => b.hits - a.hits || (a.fixture < b.fixture ? -1 : a.fixture > b.fixture ? 1 : 0),
    ),
    total: {
      spent: total(({ buildTime }) => buildTime),
      saved: total(({ saved }) => saved),
      wasted: total(({ wasted }) => wasted),
    },
  };
}

function sum(a: FixtureUse, b: FixtureUse): FixtureUse {
  return {
    fixture: a.fixture,
    builds: a.builds + b.builds,
    buildTime: a.buildTime + b.buildTime,
    hits: a.hits + b.hits,
    saved: a.saved + b.saved,
    wasted: a.wasted + b.wasted,
    how: [...new Set([...a.how, ...b.how])],
  };
}

/** A report as a person reads it: a line for each fixture, then the totals. */
export function reportAsText({ processes, fixtures, total }: FixtureReport): string {
  const of = processes === 1 ? '' : ` of ${processes} processes`;
  if (fixtures.length === 0) return `Use of fixtures${of}: no fixture was built.\n`;
  const head = ['fixture', 'build time', 'hits', 'saved time', ''];
  const rows = fixtures.map((use) => [
    use.fixture,
    duration(use.buildTime),
    String(use.hits),
    duration(use.saved),
    use.how.join('; '),
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((it) => it[i]!.length)));
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, i) =>
      i === cells.length - 1 ? cell : cell.padStart(widths[i] as number),
    );
    return `  ${padded.join('   ')}`.trimEnd();
  };
  return [
    `Use of fixtures${of}:`,
    '',
    line(head),
    '',
    ...rows.map(line),
    '',
    `Total time spent: ${duration(total.spent)}`,
    `Total time saved: ${duration(total.saved)}`,
    `Total time wasted: ${duration(total.wasted)}`,
    '',
  ].join('\n');
}

/** Minutes, seconds and thousandths, as in `00:01.250`. */
function duration(milliseconds: number): string {
  const all = Math.round(milliseconds);
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0');
  return `${two(all / 60_000)}:${two((all / 1000) % 60)}.${String(all % 1000).padStart(3, '0')}`;
}
