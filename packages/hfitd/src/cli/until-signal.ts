/** Waits for a signal to end; a second one ends this process at once. */
export function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      let before = false;
      process.on(signal, () => {
        if (before) process.exit(1);
        before = true;
        resolve();
      });
    }
  });
}
