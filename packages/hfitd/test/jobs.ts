import { expect, vi } from 'vitest';
import type { TestDaemon } from './daemon.js';

/** What is looked at of a job document. */
export interface JobDocument {
  readonly id: string;
  readonly state: string;
  readonly size: number | null;
  readonly digest: string | null;
  readonly from_cache: boolean;
  readonly attempts: number;
  readonly expires_at: string | null;
  readonly progress: { readonly rows: number } | null;
  readonly problem?: { readonly code: string };
}

type Headers = { authorization: string };
export type Asked = Pick<TestDaemon, 'fetch' | 'post'>;

export async function putTemplate(daemon: Asked, headers: Headers, text: string): Promise<void> {
  const type = { 'content-type': 'application/yaml' };
  const sent = { method: 'PUT', headers: { ...headers, ...type }, body: text };
  expect((await daemon.fetch('/packtmpl', sent)).status).toBe(201);
}

export async function askFor(daemon: Asked, headers: Headers, body: object): Promise<JobDocument> {
  const response = await daemon.post('/packages', body, { headers });
  const document = (await response.json()) as JobDocument;
  expect([response.status, document]).toEqual([202, expect.objectContaining({ id: document.id })]);
  return document;
}

/** Waits until a job is in a state; another end than that fails. */
export async function jobOf(
  daemon: Asked,
  headers: Headers,
  id: string,
  state: string,
): Promise<JobDocument> {
  const patience = { timeout: 50_000, interval: 20 };
  const found = await vi.waitUntil(async () => {
    const response = await daemon.fetch(`/packages/${id}?wait=5`, { headers });
    const job = (await response.json()) as JobDocument;
    const isOver = ['done', 'failed', 'cancelled'].includes(job.state);
    return job.state === state || isOver ? job : undefined;
  }, patience);
  expect([found.state, found.problem]).toEqual([
    state,
    state === 'failed' ? found.problem : undefined,
  ]);
  return found;
}
