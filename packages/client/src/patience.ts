import { setTimeout as pause } from 'node:timers/promises';

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

/** The longest pause that a server is granted, in seconds: a command that waits on looks dead. */
const longestPause = 60;

/**
 * How long a server asks to wait before the same call again, in seconds; null where it does not,
 * or asks for too long (RFC 9110, 10.2.3).
 */
export function retryAfter(response: Response, now = Date.now()): number | null {
  if (response.status !== 429 && response.status !== 503) return null;
  const text = response.headers.get('retry-after')?.trim();
  if (!text) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - now) / 1000;
  return seconds <= longestPause ? Math.max(0, seconds) : null;
}

/** Waits; a signal ends it with its own reason. */
export async function sleep(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await pause(seconds * 1000, undefined, signal ? { signal } : {});
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}
