/** Thrown by `within` when the time is over. */
export class OutOfPatience extends Error {}

/** Waits for a promise, but not longer than the given seconds. */
export async function within<T>(seconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new OutOfPatience(`nothing came for ${seconds} seconds`)),
      seconds * 1000,
    );
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** What went wrong in a call of fetch, in words: its own message says only "fetch failed". */
export function reasonOf(error: unknown): string {
  const causes: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const inner = at instanceof AggregateError ? at.errors.map((each) => String(each.message)) : [];
    const text = at.message || [...new Set(inner)].join(', ');
    if (text && text !== 'fetch failed' && text !== 'terminated') causes.push(text);
  }
  return causes.join(': ') || String(error);
}
