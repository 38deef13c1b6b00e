import type { Call, Connection } from './connection.js';

type Body = Readonly<Record<string, unknown>>;

/** Calls whose answers are JSON objects, for the parts of the client. */
export class Api {
  readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  get(path: string, call: Partial<Call> = {}): Promise<Record<string, unknown>> {
    return this.connection.json({ method: 'GET', path, ...call });
  }

  /** Sends JSON. */
  send(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    value: Body,
    call: Partial<Call> = {},
  ): Promise<Record<string, unknown>> {
    const body = { type: 'application/json', text: JSON.stringify(value) };
    return this.connection.json({ method, path, body, ...call });
  }

  /** Sends a call of whose answer nothing is read. */
  async done(method: 'POST' | 'PUT' | 'DELETE', path: string, value?: Body): Promise<void> {
    const body = value && { type: 'application/json', text: JSON.stringify(value) };
    await this.connection.text({ method, path, ...(body && { body }) });
  }

  async list<T>(path: string, field: string): Promise<T[]> {
    const answer = await this.get(path);
    if (Array.isArray(answer[field])) return answer[field];
    throw this.connection.strange(`its answer has no list "${field}"`);
  }

  text(answer: Record<string, unknown>, field: string): string {
    const value = answer[field];
    if (typeof value === 'string') return value;
    throw this.connection.strange(`its answer has no text "${field}"`);
  }
}

/** A query of the values that are there; a list gives its name once for each. */
export function queryOf(
  values: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
