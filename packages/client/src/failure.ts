import { type Code, codes, HfitError, type Kind, kinds, type Values } from '@hot-fixture/errors';

/** An error that the server told, in the server's own words. */
class ToldError extends HfitError {
  override readonly kind: Kind;
  override readonly what: string;
  override readonly todo: string;

  constructor(code: Code, kind: Kind, told: Told) {
    super(code, { code: told.code, what: told.what, todo: told.todo } as Values<Code>);
    this.kind = kind;
    this.what = code === 'HFIT_SERVER_ERROR' ? `${told.what} (${told.code})` : told.what;
    this.todo = told.todo;
    this.where = told.where;
    const where = told.where === undefined ? '' : `\n  where: ${told.where}`;
    this.message = `${this.code}: ${this.what}${where}\n  to do: ${this.todo}`;
  }
}

/** An error as a document. */
export interface Told {
  code: string;
  what: string;
  where?: string;
  todo: string;
}

/**
 * The error in an answer of the server. A code that this version does not know, as from a newer
 * server, becomes HFIT_SERVER_ERROR with the server's text.
 * @returns HFIT_SERVER_ANSWER where the answer holds no error of ours
 */
export async function errorOf(host: string, response: Response): Promise<HfitError> {
  const text = await response.text().catch(() => '');
  const told = readTold(text);
  if (!told) {
    const reason = `it answered with status ${response.status}`;
    return new HfitError('HFIT_SERVER_ANSWER', { host, reason });
  }
  return toldError(told, response.status);
}

/** @param status what it was answered with */
export function toldError(told: Told, status: number): HfitError {
  if (Object.hasOwn(codes, told.code)) {
    const code = told.code as Code;
    return new ToldError(code, codes[code].kind, told);
  }
  return new ToldError('HFIT_SERVER_ERROR', kindOf(status), told);
}

/** Statuses that no kind of ours has. */
const others: Readonly<Record<number, Kind>> = {
  408: 'unavailable',
  410: 'missing',
  412: 'conflict',
  429: 'unavailable',
  502: 'unavailable',
  504: 'unavailable',
};

function kindOf(status: number): Kind {
  const all = Object.keys(kinds) as Kind[];
  const exact = all.find((kind) => kinds[kind].status === status);
  return exact ?? others[status] ?? (status < 500 ? 'input' : 'internal');
}

function readTold(text: string): Told | null {
  try {
    return toldIn(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The error in a document of the server; null where it holds none of ours. */
export function toldIn({
  code,
  what,
  where,
  todo,
}: Readonly<Record<string, unknown>>): Told | null {
  if (typeof code !== 'string' || typeof what !== 'string' || typeof todo !== 'string') return null;
  return typeof where === 'string' ? { code, what, where, todo } : { code, what, todo };
}
