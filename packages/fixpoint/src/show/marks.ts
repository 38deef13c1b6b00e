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

/** It ends with a reset, which whoever colours the text around it cannot take for an end of theirs. */
const paint = (code: number) => (text: string) => `\x1b[${code}m${text}\x1b[0m`;
/** Green is new, yellow is changed, red is gone. */
export const colours: Marks = {
  inserted: paint(32),
  updated: paint(33),
  deleted: paint(31),
  heading: paint(1),
  aside: paint(2),
};

/** Colours for one stream: only on a terminal, and not with NO_COLOR (https://no-color.org). */
export function marksFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Marks {
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb' ? colours : unmarked;
}
