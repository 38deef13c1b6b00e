import { readConfiguration } from '../config/read.js';
import { startDaemon } from '../daemon.js';

/** Runs the daemon until a signal ends it: the first one gently, a second one at once. */
export async function serve(options: { config?: string; json?: boolean }): Promise<void> {
  const configuration = readConfiguration(options.config ? { file: options.config } : {});
  const daemon = await startDaemon(configuration);
  const { url, socket } = daemon;
  const line = options.json
    ? JSON.stringify({ url, socket, pid: process.pid })
    : `hfitd listening on ${url}`;
  process.stdout.write(`${line}\n`);
  process.on('SIGHUP', () => daemon.reload());
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      let before = false;
      process.on(signal, () => {
        if (before) process.exit(1);
        before = true;
        resolve();
      });
    }
  });
  await daemon.stop();
}
