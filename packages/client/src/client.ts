import type { KeyObject } from 'node:crypto';
import { Api, queryOf } from './api.js';
import { AuditApi } from './audit.js';
import { bytesOf, checked } from './body.js';
import { audienceOf, type Signer, signerOf } from './challenge.js';
import { Connection, type ConnectionOptions } from './connection.js';
import { FilesApi } from './files.js';
import {
  type Challenge,
  type DbmsInfo,
  type GivenParameters,
  type Login,
  type PackageEstimate,
  type PackageForm,
  type PackageStream,
  packageTypes,
  type Row,
  type RowsPage,
  type RowsQuery,
  type TableInfo,
  type TemplateInfo,
  type Tokens,
} from './model.js';
import { pathStep, proposedName, warningsOf } from './names.js';
import { linesOf } from './ndjson.js';
import { PackagesApi } from './packages.js';
import { PeopleApi } from './people.js';
import { SchedulesApi } from './schedules.js';

const yamlType = 'application/yaml';

/**
 * The typed client of one hfitd. Every method throws what the server told (HfitError with the
 * server's code and text), and HFIT_SERVER_UNREACHABLE or HFIT_SERVER_ANSWER.
 */
export class HfitClient {
  readonly packages: PackagesApi;
  readonly files: FilesApi;
  readonly people: PeopleApi;
  readonly schedules: SchedulesApi;
  readonly audit: AuditApi;
  readonly #connection: Connection;
  readonly #api: Api;

  /** @throws HFIT_HOST_INVALID */
  constructor(options: ConnectionOptions) {
    this.#connection = new Connection(options);
    this.#api = new Api(this.#connection);
    this.packages = new PackagesApi(this.#connection);
    this.files = new FilesApi(this.#connection);
    this.people = new PeopleApi(this.#connection);
    this.schedules = new SchedulesApi(this.#connection);
    this.audit = new AuditApi(this.#connection);
  }

  /** The address in full. */
  get host(): string {
    return this.#connection.host;
  }

  /** Asks for something to sign; it is given for unknown users too. */
  async challenge(username: string): Promise<Challenge> {
    const request = { username };
    const answer = await this.#api.send('POST', '/auth/challenge', request, { open: true });
    return {
      challenge: this.#api.text(answer, 'challenge'),
      expiresAt: this.#api.text(answer, 'expires_at'),
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
    const request = { username, challenge, signature };
    const answer = await this.#api.send('POST', '/auth/authenticate', request, { open: true });
    return { ...this.#tokens(answer), audience };
  }

  /**
   * The next tokens, for a refresh token that was not used yet: each works once.
   * @throws HFIT_TOKEN_INVALID and the like
   */
  async refresh(refreshToken: string): Promise<Tokens> {
    const request = { refresh_token: refreshToken };
    return this.#tokens(await this.#api.send('POST', '/auth/refresh', request, { open: true }));
  }

  /** Tokens for one of an identity provider that the server trusts, as pipelines have it. */
  async exchange(subjectToken: string): Promise<Tokens> {
    const request = { subject_token: subjectToken };
    return this.#tokens(await this.#api.send('POST', '/auth/token', request, { open: true }));
  }

  /** Takes back the tokens of this login. */
  async logout(): Promise<void> {
    await this.#api.done('POST', '/auth/logout');
  }

  /** Who asks: the user, their roles, what is granted, and the limits. */
  whoami(): Promise<Record<string, unknown>> {
    return this.#api.get('/whoami');
  }

  /** The sources of data that the server knows. */
  dbmss(): Promise<DbmsInfo[]> {
    return this.#api.list('/db/dbmss', 'dbmss');
  }

  /** The schemas of a source: for MySQL its databases, for SQLite `main`. */
  dbs(dbms: string): Promise<string[]> {
    return this.#api.list(`/db/${pathStep('source', dbms)}/dbs`, 'dbs');
  }

  /** The tables of a schema, each column with what the policy makes of it. */
  tables(dbms: string, db: string): Promise<TableInfo[]> {
    return this.#api.list(`${tablesPath(dbms, db)}/tables`, 'tables');
  }

  /** A table, with each column. */
  async columns(dbms: string, db: string, table: string): Promise<TableInfo> {
    const path = `${tablesPath(dbms, db)}/table/${pathStep('table', table)}/columns`;
    return (await this.#api.get(path)) as unknown as TableInfo;
  }

  /** A page of the rows of a table, masked. */
  async rows(dbms: string, db: string, table: string, query: RowsQuery): Promise<RowsPage> {
    const answer = await this.#api.get(rowsPath(dbms, db, table, query));
    if (!Array.isArray(answer.rows)) {
      throw this.#connection.strange('its answer has no list "rows"');
    }
    const { rows, next, count } = answer;
    return {
      rows,
      next: typeof next === 'string' ? next : null,
      ...(typeof count === 'number' && { count }),
    };
  }

  /** All rows of a table, masked, as they come. */
  allRows(dbms: string, db: string, table: string, query: RowsQuery): AsyncGenerator<Row> {
    return linesOf<Row>(this.#connection, rowsPath(dbms, db, table, query));
  }

  /** The user's own templates. */
  async templates(): Promise<TemplateInfo[]> {
    const list = await this.#api.list<TemplateInfo & { updated_at: string }>(
      '/packtmpls',
      'templates',
    );
    return list.map(({ updated_at, ...rest }) => ({ ...rest, updatedAt: updated_at }));
  }

  /** The text of a template, as it was sent. */
  async template(name: string): Promise<string> {
    return (await this.storedTemplate(name)).text;
  }

  /** The same with its ETag, where the server gives one. */
  async storedTemplate(name: string): Promise<{ text: string; etag: string | null }> {
    const path = `/packtmpl/${pathStep('template', name)}`;
    const response = await this.#connection.send({ method: 'GET', path, accept: yamlType });
    return { text: await this.#connection.textOf(response), etag: response.headers.get('etag') };
  }

  /**
   * Sends a new template.
   * @param team that it belongs to, in the place of the user
   * @returns its name
   * @throws HFIT_TEMPLATE_EXISTS
   */
  createTemplate(yaml: string, team?: string): Promise<string> {
    return this.#sendTemplate('PUT', yaml, undefined, team);
  }

  /**
   * Replaces a template that is there, and gives its name.
   * @param etag of the text that it was made from: one that was changed meanwhile stays
   */
  replaceTemplate(yaml: string, etag?: string, team?: string): Promise<string> {
    return this.#sendTemplate('POST', yaml, etag, team);
  }

  /**
   * Lets the template of a team run, as its owner may.
   * @param digest SHA-256 of the text that is meant, in hex; null takes the approval back
   */
  async approveTemplate(name: string, digest: string | null): Promise<void> {
    const path = `/packtmpl/${pathStep('template', name)}/approval`;
    if (digest === null) await this.#api.done('DELETE', path);
    else await this.#api.done('POST', path, { digest });
  }

  /** What a template would change of the one that is there: a unified diff, as the server tells it. */
  patchTemplate(yaml: string): Promise<string> {
    const body = { type: yamlType, text: yaml };
    return this.#connection.text({ method: 'PATCH', path: '/packtmpl', body, accept: '*/*' });
  }

  async deleteTemplate(name: string): Promise<void> {
    await this.#connection.send({
      method: 'DELETE',
      path: `/packtmpl/${pathStep('template', name)}`,
    });
  }

  /** About what a package would bring; nothing is built. */
  async estimate(template: string, parameters: GivenParameters): Promise<PackageEstimate> {
    const path = `/packestimate/${pathStep('template', template)}`;
    return (await this.#api.send('POST', path, { parameters })) as unknown as PackageEstimate;
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

  async #sendTemplate(
    method: 'PUT' | 'POST',
    yaml: string,
    etag?: string,
    team?: string,
  ): Promise<string> {
    const body = { type: yamlType, text: yaml };
    const headers = etag === undefined ? {} : { 'if-match': etag };
    const call = { method, path: `/packtmpl${queryOf({ team })}`, body, headers };
    return this.#api.text(await this.#connection.json(call), 'name');
  }

  #tokens(answer: Record<string, unknown>): Tokens {
    const { refresh_token, refresh_expires_at } = answer;
    return {
      token: this.#api.text(answer, 'token'),
      expiresAt: this.#api.text(answer, 'expires_at'),
      ...(typeof refresh_token === 'string' && { refreshToken: refresh_token }),
      ...(typeof refresh_expires_at === 'string' && { refreshExpiresAt: refresh_expires_at }),
    };
  }
}

const rowsPath = (dbms: string, db: string, table: string, query: RowsQuery) =>
  `${tablesPath(dbms, db)}/table/${pathStep('table', table)}/rows${queryOf({ ...query })}`;

const tablesPath = (dbms: string, db: string) =>
  `/db/${pathStep('source', dbms)}/${pathStep('database', db)}`;
