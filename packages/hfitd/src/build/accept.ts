import { HfitError } from '@hot-fixture/errors';

export type Format = 'package' | 'script' | 'lines';

const formats: readonly [type: string, format: Format][] = [
  ['application/gzip', 'package'],
  ['application/sql', 'script'],
  ['application/x-ndjson', 'lines'],
];

export const formatTypes = Object.fromEntries(formats.map(([type, format]) => [format, type])) as {
  readonly [F in Format]: string;
};

/**
 * The form that an `accept` header likes best (RFC 9110, 12.5.1); without one, the package.
 * @throws HFIT_FORMAT_UNKNOWN
 */
export function readAccept(header: string | undefined): Format {
  const wishes = (header?.trim() || '*/*').split(',').map((part) => {
    const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return { range, weight: q === undefined ? 1 : Number(q.slice(2)) || 0 };
  });
  let best: { format: Format; weight: number } | undefined;
  for (const [type, format] of formats) {
    const weight = weightOf(type, wishes);
    if (weight > (best?.weight ?? 0)) best = { format, weight };
  }
  if (best) return best.format;
  throw new HfitError('HFIT_FORMAT_UNKNOWN', { formats: formats.map(([type]) => type).join(', ') });
}

/** The most exact range that fits a type tells its weight. */
function weightOf(type: string, wishes: readonly { range: string; weight: number }[]): number {
  for (const range of [type, type.replace(/\/.*/, '/*'), '*/*']) {
    const wish = wishes.find((one) => one.range === range);
    if (wish) return wish.weight;
  }
  return 0;
}
