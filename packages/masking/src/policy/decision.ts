import type { MaskerChoice } from '../bind.js';
import type { OptionValue } from '../options.js';

/** What becomes of a column. */
export type Decision =
  | { readonly kind: 'keep' }
  /** `explicit` is false where nothing classifies the column. */
  | { readonly kind: 'deny'; readonly explicit: boolean }
  | MaskDecision;

export interface MaskDecision extends MaskerChoice {
  readonly kind: 'mask';
  /** For people: `dateShift (days: 30)`. */
  describe(): string;
}

export function maskDecision({ masker, options }: MaskerChoice): MaskDecision {
  return {
    kind: 'mask',
    masker,
    options,
    describe() {
      const given = Object.entries(options).map(([name, value]) => `${name}: ${words(value)}`);
      return given.length === 0 ? masker : `${masker} (${given.join(', ')})`;
    },
  };
}

function words(value: OptionValue): string {
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([path, it]) => `${path}: ${it.kind === 'mask' ? it.describe() : it.kind}`)
    .join('; ');
}

const strictness: Record<Decision['kind'], number> = { keep: 0, mask: 1, deny: 2 };

/** The strictest of several: deny before mask before keep, and the first of equals. */
export function strictest(decisions: readonly Decision[]): Decision | null {
  return decisions.reduce<Decision | null>(
    (best, it) => (best && strictness[best.kind] >= strictness[it.kind] ? best : it),
    null,
  );
}
