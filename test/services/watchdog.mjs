/**
 * Stands between a test run and its servers: it starts them, and ends them and removes their
 * folder once the run is over. A run that is killed with -9 cannot tidy up after itself, but
 * its end of the channel closes all the same.
 *
 * This is JavaScript so that it starts at once, without a loader.
 */
import { spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, rmSync } from 'node:fs';

const [folder] = process.argv.slice(2);
mkdirSync(folder);
chmodSync(folder, 0o711); // a server may run as another user, who has to pass through

/** The processes that live, each with the signal that ends it. */
const children = new Map();

process.on('message', ({ id, command, args, options, log, signal }) => {
  const output = openSync(log, 'a');
  const child = spawn(command, args, {
    ...options,
    detached: true, // its own process group, to be ended as one
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  children.set(child, signal);
  const over = (how) => {
    children.delete(child);
    if (process.connected) process.send({ id, how });
    if (ending) removeWhenAllAreGone();
  };
  child.on('error', ({ message }) => over(message));
  child.on('exit', (code, killer) => over(code ?? killer));
});

let ending = false;

function end() {
  if (ending) return;
  ending = true;
  for (const [child, signal] of children) kill(child, signal);
  setTimeout(() => {
    for (const child of children.keys()) kill(child, 'SIGKILL');
  }, 8_000);
  removeWhenAllAreGone();
}

function kill(child, signal) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // It is gone already; its exit event follows.
  }
}

function removeWhenAllAreGone() {
  if (children.size > 0) return;
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  process.exit();
}

process.send('ready');
process.on('disconnect', end);
process.on('SIGTERM', end);
process.on('SIGINT', end);
process.on('SIGHUP', end);
