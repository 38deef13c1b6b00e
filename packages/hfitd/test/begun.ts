import { once } from 'node:events';
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { expect } from 'vitest';

/** Asks for an answer on a connection of its own, and takes nothing of it but its head. */
export async function begun(
  url: string,
  headers: OutgoingHttpHeaders,
  method = 'GET',
): Promise<IncomingMessage> {
  const sent = request(url, { method, headers, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  // It is told to be cut off when it is read.
  response.on('error', () => {});
  return response;
}

/** Reads the rest of an answer, and tells whether it is all. */
export async function isWhole(response: IncomingMessage): Promise<boolean> {
  response.resume();
  if (!response.closed) await new Promise((resolve) => response.once('close', resolve));
  return response.complete;
}
