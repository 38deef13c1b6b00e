import type { Kind } from './kinds.js';

export interface Definition {
  /** What sort of failure it is: gives the HTTP status and the exit code. */
  readonly kind: Kind;
  /** The status of its HTTP answer, where it says more than that of its kind. */
  readonly status?: number;
  /** What happened; `{name}` is filled from the error's values. */
  readonly what: string;
  /** What to do about it. */
  readonly todo: string;
}

/** Keeps the literal texts, so that their placeholders can be typed. */
export function defineCodes<const T extends Record<`HFIT_${string}`, Definition>>(codes: T): T {
  return codes;
}
