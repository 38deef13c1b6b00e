import { createGunzip } from 'node:zlib';
import { HfitError } from '@hot-fixture/errors';
import type { PackageForm } from './model.js';
import { OutOfPatience, reasonOf, within } from './patience.js';

/**
 * The bytes of an answer, until the server ended it in order.
 * @param idleSeconds how long it may be silent; the time that the reader takes does not count
 * @throws HFIT_STREAM_INCOMPLETE, and the reason of the signal where that one stopped it
 */
export async function* bytesOf(
  response: Response,
  idleSeconds: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (!response.body) throw incomplete('the answer has no body');
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await within(idleSeconds, reader.read());
      if (done) return;
      yield value;
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const reason = error instanceof OutOfPatience ? error.message : reasonOf(error);
    throw incomplete(reason, error);
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/**
 * The same bytes, with an error at the end where the form itself says that something is missing: a
 * proxy may end an answer in order that its server did not.
 */
export function checked(
  form: PackageForm,
  body: AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  if (form === 'archive') return checkedArchive(body);
  if (form === 'script') return checkedScript(body);
  return body; // the reader of a dataset knows its end mark
}

/** Unpacks beside, and keeps nothing: gzip ends with a checksum and a length (RFC 1952, 2.3.1). */
async function* checkedArchive(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  let failure: Error | undefined;
  let wake = () => {};
  gunzip.on('error', (error) => {
    failure = error;
    wake(); // after an error it does not call back for what was written
  });
  gunzip.resume();
  const closed = new Promise<void>((resolve) => gunzip.once('close', resolve));
  try {
    for await (const chunk of body) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        gunzip.write(chunk, () => resolve());
      });
      if (failure) throw incomplete(`the archive is broken: ${failure.message}`, failure);
      yield chunk;
    }
    gunzip.end();
    await closed;
    if (failure) throw incomplete(`the archive is cut: ${failure.message}`, failure);
  } finally {
    gunzip.destroy();
  }
}

async function* checkedScript(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let tail = Buffer.alloc(0);
  for await (const chunk of body) {
    tail = Buffer.concat([tail, chunk.subarray(-64)]).subarray(-64);
    yield chunk;
  }
  const lines = tail.toString('latin1').trimEnd().split('\n');
  if (lines.at(-1) !== 'COMMIT;') throw incomplete('the script has no COMMIT; at its end');
}

function incomplete(reason: string, cause?: unknown): HfitError {
  return new HfitError('HFIT_STREAM_INCOMPLETE', { reason }, { cause });
}
