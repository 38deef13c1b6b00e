import { fileURLToPath } from 'node:url';

/** This package, and the one that hands its calls on. */
const own = /[\\/](?:packages|node_modules[\\/]@hot-fixture)[\\/]anyfixture[\\/](?:src|dist)[\\/]/;
const door = /[\\/](?:packages|node_modules)[\\/]hot-fixture[\\/](?:src|dist)[\\/]/;

/**
 * The file that called a function of ours, or a function that hands calls on to it; null where the
 * stack does not tell.
 * @param above the function whose caller is meant
 */
export function callingFile(above: (...all: never[]) => unknown): string | null {
  const holder: { stack?: string } = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 30;
  Error.captureStackTrace(holder, above);
  const lines = String(holder.stack).split('\n').slice(1);
  Error.stackTraceLimit = stackTraceLimit;
  for (const line of lines) {
    const file = fileOf(line);
    if (file !== null && !own.test(file) && !door.test(file)) return file;
  }
  return null;
}

/** Of a line such as `    at name (file:///a/b.ts:1:2)` or `    at /a/b.ts:1:2`. */
function fileOf(line: string): string | null {
  // Code that is made of a text is in no file, whatever file made it.
  if (line.includes('(eval at ')) return null;
  const place =
    /(?:\(|\bat (?:async )?)((?:file:\/\/)?(?:\/|[A-Za-z]:[\\/]).*?)(?:\?[^:]*)?:\d+:\d+\)?$/.exec(
      line,
    )?.[1];
  if (place === undefined) return null;
  return place.startsWith('file:') ? fileURLToPath(place) : place;
}
