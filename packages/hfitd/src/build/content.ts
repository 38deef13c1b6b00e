import type { Extraction, Provenance } from '@hot-fixture/extract';
import { type Format, formatTypes } from './accept.js';
import { inChunks } from './chunks.js';
import { encodeWarnings } from './warnings.js';

/** What an extraction looks like in an answer. */
export interface Content {
  readonly headers: Record<string, string>;
  readonly chunks: AsyncGenerator<Buffer>;
}

/**
 * Begins to give out an extraction in one of its forms.
 * @param provenance who vouches for it, where it is a package
 */
export async function contentOf(
  extraction: Extraction,
  format: Format,
  provenance: Provenance,
): Promise<Content> {
  // Of a package all rows have gone by when it begins, and of the others none.
  const archive = format === 'package' ? await extraction.package(provenance) : null;
  const headers = {
    'content-type': formatTypes[format],
    'hfit-warnings': encodeWarnings(extraction.warnings),
  };
  if (format === 'script') return { headers, chunks: inChunks(extraction.script()) };
  if (!archive) return { headers, chunks: inChunks(extraction.lines()) };
  const { name, stream } = archive;
  const file = `${name}.tar.gz`.replace(/[^A-Za-z0-9_.-]/g, '_');
  return {
    headers: { ...headers, 'content-disposition': `attachment; filename="${file}"` },
    chunks: inChunks(stream),
  };
}
