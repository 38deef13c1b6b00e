import { readConfiguration } from '../config/read.js';
import { startDaemon } from '../daemon.js';
import { untilSignal } from './until-signal.js';

/** Runs the daemon until a signal ends it: the first one gently, a second one at once. */
export async function serve(options: { config?: string; json?: boolean }): Promise<void> {
  const read = () => readConfiguration(options.config ? { file: options.config } : {});
  const daemon = await startDaemon(read(), { read });
  const { url, socket } = daemon;
  const line = options.json
    ? JSON.stringify({ url, socket, pid: process.pid })
    : `hfitd listening on ${url}`;
  process.stdout.write(`${line}\n`);
  // What is wrong is in the log, and changes nothing.
  process.on('SIGHUP', () => daemon.reload().catch(() => {}));
  await untilSignal();
  await daemon.stop();
}
