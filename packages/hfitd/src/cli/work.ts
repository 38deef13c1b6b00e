import { readConfiguration } from '../config/read.js';
import { startWorker } from '../worker.js';
import { untilSignal } from './until-signal.js';

/** Builds packages for daemons until a signal ends it. */
export async function work(options: { config?: string; json?: boolean }): Promise<void> {
  const read = () => readConfiguration(options.config ? { file: options.config } : {});
  const worker = await startWorker(read(), { read });
  const line = options.json ? JSON.stringify({ pid: process.pid }) : 'hfitd works';
  process.stdout.write(`${line}\n`);
  process.on('SIGHUP', () => worker.reload().catch(() => {}));
  await untilSignal();
  await worker.stop();
}
