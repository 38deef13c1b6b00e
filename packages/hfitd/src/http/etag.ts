import { HfitError } from '@hot-fixture/errors';
import type { FastifyRequest } from 'fastify';
import type { Store } from '../store/tables.js';
import { getTemplate } from '../store/templates.js';
import { userOf } from './authenticate.js';

/** The ETag of a text with this digest. */
export function etagOf(digest: string): string {
  return `"${digest}"`;
}

/** Whether the client has the text already: If-None-Match of RFC 9110. */
export function isFresh(request: FastifyRequest, digest: string): boolean {
  return names(request.headers['if-none-match'], digest);
}

/**
 * Makes sure that a template is still the one that the client saw, where it says which that was:
 * If-Match of RFC 9110.
 * @returns its digest: a change asks for it again in its own statement, as another may come between
 * @throws HFIT_CHANGED_MEANWHILE, HFIT_TEMPLATE_UNKNOWN
 */
export async function assertSeen(
  request: FastifyRequest,
  store: Store,
  name: string,
): Promise<string | undefined> {
  const seen = request.headers['if-match'];
  if (seen === undefined) return undefined;
  const { digest } = await getTemplate(store, userOf(request), name);
  if (!names(seen, digest)) throw new HfitError('HFIT_CHANGED_MEANWHILE', { template: name });
  return isAny(seen) ? undefined : digest;
}

function names(header: string | undefined, digest: string): boolean {
  return isAny(header) || tagsOf(header).includes(etagOf(digest));
}

function isAny(header: string | undefined): boolean {
  return tagsOf(header).includes('*');
}

function tagsOf(header: string | undefined): string[] {
  return header?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
}
