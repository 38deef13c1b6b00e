import type { Draws } from './draws.js';

/** Numbers around a mean, as of a bell; those outside of the range of their type are left out. */
export interface Normal {
  readonly kind: 'normal';
  readonly mean: number;
  /** The standard deviation, above 0. */
  readonly deviation: number;
}

/** The first value most often, the second 2^exponent times less often, the third 3^exponent times. */
export interface Zipf {
  readonly kind: 'zipf';
  /** Above 0; 1 where it is not given. */
  readonly exponent?: number;
}

export type Distribution = Normal | Zipf;

/**
 * A number of the standard normal distribution, after Box, Muller: A Note on the Generation of
 * Random Normal Deviates (1958).
 */
export function normal(draws: Draws): number {
  const radius = Math.sqrt(-2 * Math.log(1 - draws.unit()));
  return radius * Math.cos(2 * Math.PI * draws.unit());
}

/** A normal number between two ends; `least <= mean <= most`. */
export function normalWithin(
  { mean, deviation }: Normal,
  least: number,
  most: number,
): (draws: Draws) => number {
  return (draws) => {
    for (let tries = 0; tries < 64; tries++) {
      const number = mean + deviation * normal(draws);
      if (number >= least && number <= most) return number;
    }
    // Missed so often, the range is so narrow that the bell is flat over it.
    return least + (most - least) * draws.unit();
  };
}

/**
 * An index below `size`, each as often as its rank says. Rejection-inversion, from Hörmann,
 * Derflinger: Rejection-inversion to generate variates from monotone discrete distributions
 * (ACM TOMACS 6, 1996): it takes the same time and no memory for any size.
 */
export function zipf(size: number, exponent: number): (draws: Draws) => number {
  const density = (x: number) => Math.exp(-exponent * Math.log(x));
  const integral = (x: number) => {
    const log = Math.log(x);
    return log * slope(Math.expm1, (1 - exponent) * log);
  };
  const inverse = (y: number) => Math.exp(y * slope(Math.log1p, Math.max(-1, y * (1 - exponent))));

  const top = integral(1.5) - 1;
  const bottom = integral(size + 0.5);
  const sure = 2 - inverse(integral(2.5) - density(2));
  return (draws) => {
    for (;;) {
      const y = bottom + draws.unit() * (top - bottom);
      const x = inverse(y);
      const rank = Math.min(size, Math.max(1, Math.round(x)));
      if (rank - x <= sure || y >= integral(rank + 0.5) - density(rank)) return rank - 1;
    }
  };
}

/** `f(x) / x`, which at 0 is 1 for both of the functions that it is asked of. */
function slope(f: (x: number) => number, x: number): number {
  return Math.abs(x) > 1e-8 ? f(x) / x : 1 - (f === Math.log1p ? x : -x) / 2;
}

/**
 * An index, each as often as its weight says. The alias method, from Vose: A Linear Algorithm for
 * Generating Random Numbers with a Given Distribution (IEEE TSE 17, 1991).
 * @param weights 0 or more each, and one of them above 0
 */
export function weighted(weights: readonly number[]): (draws: Draws) => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = weights.map((weight) => (weight * weights.length) / total);
  const alias = weights.map((_, index) => index);
  const small = alias.filter((index) => share[index]! < 1);
  const large = alias.filter((index) => share[index]! >= 1);
  while (small.length > 0 && large.length > 0) {
    const poor = small.pop()!;
    const rich = large.at(-1)!;
    alias[poor] = rich;
    share[rich]! -= 1 - share[poor]!;
    if (share[rich]! < 1) small.push(large.pop()!);
  }
  // Rounding may leave a share a hair below 1, or nobody to take the place of what has no weight.
  const heaviest = weights.indexOf(Math.max(...weights));
  for (const index of [...small, ...large]) {
    if (weights[index]! > 0) share[index] = 1;
    else alias[index] = heaviest;
  }
  return (draws) => {
    const index = draws.below(weights.length);
    return draws.unit() < share[index]! ? index : alias[index]!;
  };
}
