import { HfitError } from '@hot-fixture/errors';
import { runLine } from './line.js';
import { signalExitCode } from './output/failure.js';

/** How long a command may take to clean up after a signal, in milliseconds. */
const grace = 5_000;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(signalExitCode(signal));
    stop.abort(new HfitError('HFIT_INTERRUPTED', { signal }, { cause: signal }));
    setTimeout(() => process.exit(signalExitCode(signal)), grace).unref();
  });
}
// Each write tells its own error; without these a closed pipe would end us in the middle.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

process.exitCode = await runLine(process.argv.slice(2), stop.signal);
