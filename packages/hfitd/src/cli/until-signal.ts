/** How long an end may take, in seconds: what starts services kills them a little later. */
const longest = 18;

/**
 * Waits for a signal to end; a second one ends this process at once, and so does time, where
 * something that is waited for never ends.
 */
export function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let before = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (before) process.exit(1);
        before = true;
        setTimeout(() => process.exit(1), longest * 1000).unref();
        resolve();
      });
    }
  });
}
