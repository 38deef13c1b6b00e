import type { Marks } from '@hot-fixture/changes';

const as = (text: string) => text;
/** For files, pipes and logs. */
export const unmarked: Marks = {
  inserted: as,
  updated: as,
  deleted: as,
  heading: as,
  aside: as,
};

const paint = (open: number, close: number) => (text: string) =>
  `\x1b[${open}m${text}\x1b[${close}m`;
/** Green is new, yellow is changed, red is gone. */
export const colours: Marks = {
  inserted: paint(32, 39),
  updated: paint(33, 39),
  deleted: paint(31, 39),
  heading: paint(1, 22),
  aside: paint(2, 22),
};

/** Colours for one stream: only on a terminal, and not with NO_COLOR (https://no-color.org). */
export function marksFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Marks {
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb' ? colours : unmarked;
}
