import type { KeyObject } from 'node:crypto';
import { bytesOf, checked } from './body.js';
import { audienceOf, type Signer, signerOf } from './challenge.js';
import { Connection, type ConnectionOptions } from './connection.js';
import {
  type Challenge,
  type DbmsInfo,
  type GivenParameters,
  type Login,
  type PackageForm,
  type PackageStream,
  packageTypes,
  type TableInfo,
  type TemplateInfo,
} from './model.js';
import { pathStep, proposedName, warningsOf } from './names.js';

/**
 * The typed client of one hfitd. Every method throws what the server told (HfitError with the
 * server's code and text), and HFIT_SERVER_UNREACHABLE or HFIT_SERVER_ANSWER.
 */
export class HfitClient {
  readonly #connection: Connection;

  /** @throws HFIT_HOST_INVALID */
  constructor(options: ConnectionOptions) {
    this.#connection = new Connection(options);
  }

  /** The address in full. */
  get host(): string {
    return this.#connection.host;
  }

  /** Asks for something to sign; it is given for unknown users too. */
  async challenge(username: string): Promise<Challenge> {
    const answer = await this.#post('/auth/challenge', { username });
    return {
      challenge: this.#text(answer, 'challenge'),
      expiresAt: this.#text(answer, 'expires_at'),
    };
  }

  /**
   * Logs in: signs a challenge of the server with the private key.
   * @param expected the audience of an earlier login; another one is not signed
   * @throws HFIT_CHALLENGE_UNEXPECTED, HFIT_KEY_UNSUPPORTED, HFIT_LOGIN_REFUSED
   */
  async login(username: string, key: KeyObject | Signer, expected?: string): Promise<Login> {
    const signer = typeof key === 'function' ? key : signerOf(key);
    const { challenge } = await this.challenge(username);
    const audience = audienceOf(this.host, challenge, expected);
    const signature = Buffer.from(await signer(Buffer.from(challenge, 'utf8'))).toString('base64');
    const answer = await this.#post('/auth/authenticate', { username, challenge, signature });
    return {
      token: this.#text(answer, 'token'),
      expiresAt: this.#text(answer, 'expires_at'),
      audience,
    };
  }

  /** The sources of data that the server knows. */
  dbmss(): Promise<DbmsInfo[]> {
    return this.#list('/db/dbmss', 'dbmss');
  }

  /** The schemas of a source: for MySQL its databases, for SQLite `main`. */
  dbs(dbms: string): Promise<string[]> {
    return this.#list(`/db/${pathStep('source', dbms)}/dbs`, 'dbs');
  }

  /** The tables of a schema, each column with what the policy makes of it. */
  tables(dbms: string, db: string): Promise<TableInfo[]> {
    const path = `/db/${pathStep('source', dbms)}/${pathStep('database', db)}/tables`;
    return this.#list(path, 'tables');
  }

  /** The user's own templates. */
  async templates(): Promise<TemplateInfo[]> {
    const list = await this.#list<TemplateInfo & { updated_at: string }>('/packtmpls', 'templates');
    return list.map(({ updated_at, ...rest }) => ({ ...rest, updatedAt: updated_at }));
  }

  /** The text of a template, as it was sent. */
  async template(name: string): Promise<string> {
    return this.#connection.text({
      method: 'GET',
      path: `/packtmpl/${pathStep('template', name)}`,
      accept: 'application/yaml',
    });
  }

  /**
   * Sends a new template.
   * @returns its name
   * @throws HFIT_TEMPLATE_EXISTS
   */
  createTemplate(yaml: string): Promise<string> {
    return this.#sendTemplate('PUT', yaml);
  }

  /** Replaces a template that is there, and gives its name. */
  replaceTemplate(yaml: string): Promise<string> {
    return this.#sendTemplate('POST', yaml);
  }

  async deleteTemplate(name: string): Promise<void> {
    await this.#connection.send({
      method: 'DELETE',
      path: `/packtmpl/${pathStep('template', name)}`,
    });
  }

  /**
   * Has a package built, and streams it. Whoever stops reading stops the build.
   * @throws what the build met before the first byte; while reading HFIT_STREAM_INCOMPLETE
   */
  async packageStream(
    template: string,
    parameters: GivenParameters,
    form: PackageForm,
  ): Promise<PackageStream> {
    const { idleSeconds, signal } = this.#connection;
    const response = await this.#connection.send({
      method: 'POST',
      path: `/packdownload/${pathStep('template', template)}`,
      body: { type: 'application/json', text: JSON.stringify({ parameters }) },
      accept: packageTypes[form],
      streams: true,
    });
    const type = response.headers.get('content-type')?.split(';')[0];
    if (type !== packageTypes[form]) {
      await response.body?.cancel();
      throw this.#connection.strange(`it sent ${type ?? 'nothing'}, not ${packageTypes[form]}`);
    }
    return {
      body: checked(form, bytesOf(response, idleSeconds, signal)),
      fileName: proposedName(response.headers.get('content-disposition')),
      warnings: warningsOf(response.headers.get('hfit-warnings')),
    };
  }

  async #sendTemplate(method: 'PUT' | 'POST', yaml: string): Promise<string> {
    const body = { type: 'application/yaml', text: yaml };
    return this.#text(await this.#connection.json({ method, path: '/packtmpl', body }), 'name');
  }

  #post(path: string, value: object): Promise<Record<string, unknown>> {
    const body = { type: 'application/json', text: JSON.stringify(value) };
    return this.#connection.json({ method: 'POST', path, body, open: true });
  }

  async #list<T>(path: string, field: string): Promise<T[]> {
    const answer = await this.#connection.json({ method: 'GET', path });
    if (Array.isArray(answer[field])) return answer[field];
    throw this.#connection.strange(`its answer has no list "${field}"`);
  }

  #text(answer: Record<string, unknown>, field: string): string {
    const value = answer[field];
    if (typeof value === 'string') return value;
    throw this.#connection.strange(`its answer has no text "${field}"`);
  }
}
