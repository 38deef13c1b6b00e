import pc from 'picocolors';

/**
 * Colours for one stream: on a terminal, and elsewhere with FORCE_COLOR; never with NO_COLOR
 * (https://no-color.org, https://force-color.org).
 */
export function colorsFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv) {
  const forced = env.FORCE_COLOR !== undefined && !['', '0', 'false'].includes(env.FORCE_COLOR);
  const terminal = stream.isTTY === true && env.TERM !== 'dumb' && env.FORCE_COLOR !== '0';
  return pc.createColors(!env.NO_COLOR && (forced || terminal));
}
