import { HfitError } from '@hot-fixture/errors';
import type { Span } from '../storage/storage.js';

/**
 * The part of a body that a client asks for (RFC 9110, 14.2); null for all of it. A range of another
 * unit, several ranges at once, and a range of what has changed since (`if-range`) are all of it.
 * @throws HFIT_RANGE where nothing of the body is in it
 */
export function readRange(
  headers: { readonly range?: string | undefined; readonly 'if-range'?: string | undefined },
  size: number,
  etag: string,
): Span | null {
  const match = /^bytes=(\d*)-(\d*)$/i.exec(headers.range?.trim() ?? '');
  const [, from = '', to = ''] = match ?? [];
  if (from === '' && to === '') return null;
  const condition = headers['if-range'];
  if (condition !== undefined && condition !== etag) return null;
  // Without a beginning, it is so many bytes at the end.
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return null;
  if (first > last) throw new HfitError('HFIT_RANGE', { size });
  return { first, last };
}
