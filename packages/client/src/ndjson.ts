import { bytesOf } from './body.js';
import type { Connection } from './connection.js';

/**
 * The lines of an answer of NDJSON, one by one.
 * @throws HFIT_STREAM_INCOMPLETE where it is cut, HFIT_SERVER_ANSWER where a line is no JSON
 */
export async function* linesOf<T>(connection: Connection, path: string): AsyncGenerator<T> {
  const accept = 'application/x-ndjson, application/x-json-stream';
  const response = await connection.send({ method: 'GET', path, accept, streams: true });
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of bytesOf(response, connection.idleSeconds, connection.signal)) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield parsed(connection, line);
  }
  if (rest.trim() !== '') yield parsed(connection, rest);
}

function parsed<T>(connection: Connection, line: string): T {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw connection.strange('a line of its answer is no JSON', error);
  }
}
