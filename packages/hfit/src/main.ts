import { readFileSync } from 'node:fs';
import { HfitError } from '@hot-fixture/errors';
import { failureOf, signalExitCode } from './output/failure.js';
import { print } from './output/stdout.js';
import { parse } from './program.js';
import { Home } from './state/home.js';

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

process.exitCode = await main(process.argv.slice(2));

/** Runs one command line, and gives the exit code. */
async function main(words: readonly string[]): Promise<number> {
  const { env } = process;
  const json = words.includes('--json');
  try {
    const call = await parse(words, version());
    if (!call) return 0;
    const { command, path, args, options } = call;
    const context = {
      home: new Home(env),
      json: options.json === true,
      help: `hfit ${path} --help`,
      env,
      signal: stop.signal,
    };
    const result = await command.run(context, args as never, options as never);
    if (result) await print(`${json ? JSON.stringify(result.document) : result.text}\n`);
    return result?.exitCode ?? 0;
  } catch (error) {
    const { exitCode, text } = failureOf(error, json, env, process.stderr);
    process.stderr.write(text);
    return exitCode;
  }
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
