import type { Extraction } from '@hot-fixture/extract';
import { type Format, formatTypes } from './accept.js';
import { inChunks } from './chunks.js';
import { encodeWarnings } from './warnings.js';

/** What an extraction looks like in an answer. */
export interface Content {
  readonly headers: Record<string, string>;
  readonly chunks: AsyncGenerator<Buffer>;
}

/** Begins to give out an extraction in one of its forms. */
export async function contentOf(extraction: Extraction, format: Format): Promise<Content> {
  const headers = {
    'content-type': formatTypes[format],
    'hfit-warnings': encodeWarnings(extraction.warnings),
  };
  if (format === 'script') return { headers, chunks: inChunks(extraction.script()) };
  if (format === 'lines') return { headers, chunks: inChunks(extraction.lines()) };
  const { name, stream } = await extraction.package();
  const file = `${name}.tar.gz`.replace(/[^A-Za-z0-9_.-]/g, '_');
  return {
    headers: { ...headers, 'content-disposition': `attachment; filename="${file}"` },
    chunks: inChunks(stream),
  };
}
