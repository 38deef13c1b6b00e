import { readFileSync } from 'node:fs';
import { failureOf } from './output/failure.js';
import { print } from './output/stdout.js';
import { parse } from './program.js';
import { Home } from './state/home.js';

/**
 * Runs one command line, which says what it has to say on standard output and standard error.
 * @returns the exit code
 */
export async function runLine(words: readonly string[], signal: AbortSignal): Promise<number> {
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
      signal,
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
