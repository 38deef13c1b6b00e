import type { FileHandle } from 'node:fs/promises';
import { HfitError } from '@hot-fixture/errors';
import { type FileDecision, redactText } from '@hot-fixture/masking';

/** What is searched for personal data has to be read as a whole. */
const mostToRedact = 16 * 2 ** 20;

/**
 * What leaves of a file: the file, a text without what was found in it, or another file of its kind.
 * @param path tells the kind, and is told in errors
 * @throws HFIT_FILE_REDACT
 */
export async function* contentOf(
  decision: FileDecision,
  handle: FileHandle,
  volume: string,
  path: string,
): AsyncGenerator<string | Uint8Array> {
  if (decision === 'keep') {
    yield* handle.createReadStream();
    return;
  }
  try {
    if (decision === 'redact') yield redactText(await textOf(handle, volume, path));
    if (decision === 'replace') yield standIn(path);
  } finally {
    await handle.close();
  }
}

async function textOf(handle: FileHandle, volume: string, path: string): Promise<string> {
  const refuse = (reason: string) => new HfitError('HFIT_FILE_REDACT', { volume, path, reason });
  if ((await handle.stat()).size > mostToRedact) throw refuse('it has more than 16 MB');
  const bytes = await handle.readFile();
  if (bytes.includes(0)) throw refuse('it is no text');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new HfitError('HFIT_FILE_REDACT', { volume, path, reason: 'it is no UTF-8' }, { cause });
  }
}

const words = 'This file stands in for one that the policy does not let leave.';

/** The smallest pictures there are, of one point, as base64. */
const pictures: Readonly<Record<string, string>> = {
  gif: 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7',
  png: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
};

/** A file that programs for its kind can open; an empty one where we know of none. */
function standIn(path: string): string | Uint8Array {
  const kind = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  if (Object.hasOwn(pictures, kind)) return Buffer.from(pictures[kind] as string, 'base64');
  if (/^(?:txt|md|log|csv|tsv)$/.test(kind)) return `${words}\n`;
  if (kind === 'json') return '{}\n';
  if (kind === 'xml') return `<?xml version="1.0"?>\n<!-- ${words} -->\n<file/>\n`;
  if (kind === 'html' || kind === 'htm')
    return `<!doctype html>\n<title>-</title>\n<p>${words}</p>\n`;
  return kind === 'pdf' ? pdf() : '';
}

/** A page with one line (ISO 32000-1, annex H.3). */
function pdf(): string {
  const line = `BT /F1 12 Tf 40 780 Td (${words}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${line.length} >>\nstream\n${line}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const places = objects.map((object, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${places.join('')}`;
  return `${text}${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
}
