import { HfitError } from '@hot-fixture/errors';
import { errorOf } from './failure.js';
import { parseHost } from './host.js';
import { OutOfPatience, reasonOf, retryAfter, sleep, within } from './patience.js';

export interface ConnectionOptions {
  /** `https://host:port`, or shorter: see `parseHost`. */
  host: string;
  token?: string;
  /** Called where there is no token, or the server takes it no longer; gives a new one. */
  renewToken?: () => Promise<string>;
  /** How long an answer may take, in seconds; 60 by default. */
  answerSeconds?: number;
  /**
   * How long a package may be silent, in seconds; 270 by default. Node's fetch gives up after 300.
   */
  idleSeconds?: number;
  /** Stops what is running; its reason is what is thrown. */
  signal?: AbortSignal;
  /** W3C Trace Context of what runs here: the server goes on with it. What is no such text is not sent. */
  traceparent?: string;
  /** Sends in the place of Node's own, such as `proxyFetch` gives. */
  fetch?: typeof fetch;
}

export interface Call {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the version. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: { type: string; text: string };
  accept?: string;
  /** Needs no token. */
  open?: boolean;
  /** Its answer is long, and has no length. */
  streams?: boolean;
  /** How long the server may think about it, in seconds, beyond what an answer may take. */
  waitSeconds?: number;
}

/** Where the routes of this version are. */
const version = '/v1';

/** How often one call is sent, where the server asks for patience each time. */
const attempts = 4;

/** Sends calls to one server, with the token, and makes errors of what is no good answer. */
export class Connection {
  readonly host: string;
  readonly idleSeconds: number;
  readonly signal: AbortSignal | undefined;
  readonly #answerSeconds: number;
  readonly #fetchFrom: typeof fetch;
  readonly #renewToken: (() => Promise<string>) | undefined;
  readonly #traceparent: string | undefined;
  #token: string | undefined;

  /** @throws HFIT_HOST_INVALID */
  constructor(options: ConnectionOptions) {
    this.host = parseHost(options.host);
    this.idleSeconds = options.idleSeconds ?? 270;
    this.signal = options.signal;
    this.#answerSeconds = options.answerSeconds ?? 60;
    this.#fetchFrom = options.fetch ?? fetch;
    this.#renewToken = options.renewToken;
    this.#token = options.token;
    const isTrace = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(options.traceparent ?? '');
    this.#traceparent = isTrace ? options.traceparent : undefined;
  }

  /**
   * Sends one call; where the token is refused, once more with a new one. A server that asks for
   * patience (429 or 503 with Retry-After) is asked again when it says, a few times.
   */
  async send(call: Call): Promise<Response> {
    if (call.open) return this.#good(await this.#patiently(call));
    let fresh = false;
    if (this.#token === undefined && this.#renewToken) {
      this.#token = await this.#renewToken();
      fresh = true;
    }
    let response = await this.#patiently(call);
    if (response.status === 401 && this.#renewToken && !fresh) {
      await response.body?.cancel();
      this.#token = await this.#renewToken();
      response = await this.#patiently(call);
    }
    return this.#good(response);
  }

  async #patiently(call: Call): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#fetch(call);
      const pause = attempt < attempts ? retryAfter(response) : null;
      if (pause === null) return response;
      await response.body?.cancel();
      await sleep(pause, this.signal);
    }
  }

  /** Sends one call whose answer is a short text. */
  async text(call: Call): Promise<string> {
    return this.textOf(await this.send(call));
  }

  /** The text of an answer, until the server ended it in order. */
  async textOf(response: Response): Promise<string> {
    try {
      return await within(this.#answerSeconds, response.text());
    } catch (error) {
      throw this.strange(reasonOf(error), error);
    }
  }

  /** Sends one call whose answer is JSON. */
  async json(call: Call): Promise<Record<string, unknown>> {
    const text = await this.text(call);
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
    } catch (error) {
      throw this.strange(reasonOf(error), error);
    }
    throw this.strange('it is no JSON object');
  }

  /** The error for an answer that hfitd would not give. */
  strange(reason: string, cause?: unknown): HfitError {
    if (this.signal?.aborted) throw this.signal.reason;
    return new HfitError('HFIT_SERVER_ANSWER', { host: this.host, reason }, { cause });
  }

  async #good(response: Response): Promise<Response> {
    if (response.ok) return response;
    if (response.status >= 300 && response.status < 400) {
      // Followed, it would carry the token to wherever the answer points.
      await response.body?.cancel();
      throw this.strange(`it sends us on to ${response.headers.get('location') ?? 'nowhere'}`);
    }
    throw await errorOf(this.host, response);
  }

  async #fetch(call: Call): Promise<Response> {
    const headers: Record<string, string> = {
      accept: call.accept ?? 'application/json',
      ...call.headers,
    };
    // A connection that is kept may be closed by the time of the next call, which then fails. One
    // that is not kept hides a cut: fetch takes the end of the connection for that of the body.
    if (!call.streams) headers.connection = 'close';
    if (this.#traceparent !== undefined) headers.traceparent = this.#traceparent;
    if (call.body) headers['content-type'] = call.body.type;
    if (!call.open && this.#token !== undefined) headers.authorization = `Bearer ${this.#token}`;
    const patience = new AbortController();
    const signal = this.signal ? AbortSignal.any([this.signal, patience.signal]) : patience.signal;
    try {
      const answer = this.#fetchFrom(`${this.host}${version}${call.path}`, {
        method: call.method,
        headers,
        redirect: 'manual',
        signal,
        ...(call.body ? { body: call.body.text } : {}),
      });
      const patient = call.streams ? this.idleSeconds : this.#answerSeconds;
      return await within(patient + (call.waitSeconds ?? 0), answer);
    } catch (error) {
      if (this.signal?.aborted) throw this.signal.reason;
      if (error instanceof OutOfPatience) patience.abort(error);
      throw new HfitError(
        'HFIT_SERVER_UNREACHABLE',
        { host: this.host, reason: reasonOf(error) },
        { cause: error },
      );
    }
  }
}
