import pc from 'picocolors';

/** Colours for one stream: only on a terminal, and not with NO_COLOR (https://no-color.org). */
export function colorsFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv) {
  return pc.createColors(stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb');
}
