import fc from 'fast-check';

/**
 * Laws run from one seed, so that a run is judged by what was changed, not by chance. HFIT_RUNS is for
 * who hunts: more runs, each time others; HFIT_SEED repeats them.
 */
const { HFIT_RUNS, HFIT_SEED } = process.env;
if (HFIT_SEED || !HFIT_RUNS) fc.configureGlobal({ seed: Number(HFIT_SEED) || 20_261_121 });
