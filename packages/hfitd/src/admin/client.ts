import { request } from 'node:http';
import { codes, type ErrorDocument, HfitError } from '@hot-fixture/errors';

/** Asks the daemon behind an admin socket. */
export class AdminClient {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /**
   * Sends one request and gives the JSON of the answer.
   * @throws HFIT_DAEMON_UNREACHABLE, and what the daemon answers
   */
  async ask<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<T> {
    const { status, text } = await this.#send(method, path, body);
    let answer: unknown;
    try {
      // What was done has nothing to tell.
      answer = text === '' ? {} : JSON.parse(text);
    } catch (cause) {
      throw this.#unreachable('what answers there is not hfitd', cause);
    }
    if (status < 400) return answer as T;
    throw this.#refused(answer as ErrorDocument);
  }

  #send(method: string, path: string, body?: object): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException) =>
        reject(this.#unreachable(error.code ?? error.message, error));
      const headers = body ? { 'content-type': 'application/json' } : {};
      const options = { socketPath: this.#socket, method, path, headers, timeout: 30_000 };
      const sent = request(options, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.once('error', failed);
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString() });
        });
      });
      sent.once('error', failed);
      sent.once('timeout', () => sent.destroy(new Error('it does not answer')));
      sent.end(body && JSON.stringify(body));
    });
  }

  #unreachable(reason: string, cause: unknown): HfitError {
    return new HfitError('HFIT_DAEMON_UNREACHABLE', { reason }, { where: this.#socket, cause });
  }

  /** The daemon's own error, of a code that this version knows. */
  #refused(answer: ErrorDocument): HfitError {
    if (!Object.hasOwn(codes, answer.code ?? '')) {
      return this.#unreachable('what answers there is another version of hfitd', answer);
    }
    return new ToldError(answer);
  }
}

/** An error that was told by the daemon, in its words. */
class ToldError extends HfitError {
  override readonly what: string;
  override readonly todo: string;

  constructor({ code, what, where, todo }: ErrorDocument) {
    super(code, {} as never, where === undefined ? {} : { where });
    this.what = what;
    this.todo = todo;
    this.message = `${code}: ${what}`;
  }
}
