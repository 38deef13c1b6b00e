import type { Database } from '@hot-fixture/database';
import { openExtraction, type Template } from '@hot-fixture/extract';
import { parseMaskingKey, parsePolicy } from '@hot-fixture/masking';

const key = parseMaskingKey('00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff');

/**
 * Reads all rows of an extraction, as a loader takes them, and keeps none.
 * @param workers how many threads mask; by default as many as the product takes
 * @returns how many rows came
 */
export async function stream(
  database: Database,
  template: Template,
  policy: string,
  workers?: number,
): Promise<number> {
  const extraction = await openExtraction({
    template,
    parameters: [],
    sources: { databases: { shop: database }, volumes: {} },
    policy: parsePolicy(policy, 'policy.yaml'),
    maskingKey: key,
    ...(workers !== undefined && { workers }),
  });
  try {
    for await (const { batches, bytes } of extraction.dataset().rows()) {
      for await (const _ of bytes?.chunks ?? batches);
    }
    return Object.values(extraction.counts).reduce((sum, rows) => sum + rows, 0);
  } finally {
    await extraction.close();
  }
}
