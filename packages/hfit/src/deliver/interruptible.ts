import type { Dataset, Row } from '@hot-fixture/database';

/** The same, but it ends with the reason of the signal once that is aborted. */
export async function* interruptible<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  signal.throwIfAborted();
  for await (const item of source) {
    yield item;
    signal.throwIfAborted();
  }
}

/** A dataset that stops between two batches, so that its loader can undo what it did. */
export function interruptibleDataset(dataset: Dataset, signal: AbortSignal): Dataset {
  return {
    ...dataset,
    async *rows() {
      for await (const part of dataset.rows()) {
        const { bytes } = part;
        yield {
          ...part,
          batches: interruptible<readonly Row[]>(part.batches, signal),
          ...(bytes && { bytes: { ...bytes, chunks: interruptible(bytes.chunks, signal) } }),
        };
      }
    },
  };
}
