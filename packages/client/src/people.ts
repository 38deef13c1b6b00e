import { Api } from './api.js';
import type { Connection } from './connection.js';
import { pathStep } from './names.js';

/** What the server tells of a user, a role, a team or a grant; the docs of the server say more. */
export type Facts = Readonly<Record<string, unknown>>;

/** Who may what, for those who may say so. */
export class PeopleApi {
  readonly #api: Api;

  constructor(connection: Connection) {
    this.#api = new Api(connection);
  }

  users(): Promise<Facts[]> {
    return this.#api.list('/users', 'users');
  }

  /** @param key the public half, in the form of OpenSSH or PEM */
  addUser(email: string, key: string): Promise<Facts> {
    return this.#api.send('POST', '/users', { email, key });
  }

  async removeUser(email: string): Promise<void> {
    await this.#api.done('DELETE', user(email));
  }

  /** Takes back all tokens of a user, at once. */
  async revokeUser(email: string): Promise<void> {
    await this.#api.done('POST', `${user(email)}/revoke`);
  }

  addKey(email: string, key: string): Promise<Facts> {
    return this.#api.send('POST', `${user(email)}/keys`, { key });
  }

  async removeKey(email: string, fingerprint: string): Promise<void> {
    await this.#api.done('DELETE', `${user(email)}/keys`, { fingerprint });
  }

  grants(): Promise<Facts[]> {
    return this.#api.list('/grants', 'grants');
  }

  addGrant(grant: Facts): Promise<Facts> {
    return this.#api.send('POST', '/grants', grant);
  }

  async removeGrant(id: string): Promise<void> {
    await this.#api.done('DELETE', `/grants/${pathStep('grant', id)}`);
  }

  groups(kind: 'role' | 'team'): Promise<Facts[]> {
    return this.#api.list(`/${kind}s`, `${kind}s`);
  }

  /** A role or a team, as it was set. */
  group(kind: 'role' | 'team', name: string): Promise<Facts> {
    return this.#api.get(`/${kind}s/${pathStep(kind, name)}`);
  }

  async setGroup(kind: 'role' | 'team', name: string, facts: Facts): Promise<void> {
    await this.#api.done('PUT', `/${kind}s/${pathStep(kind, name)}`, facts);
  }

  async removeGroup(kind: 'role' | 'team', name: string): Promise<void> {
    await this.#api.done('DELETE', `/${kind}s/${pathStep(kind, name)}`);
  }
}

const user = (email: string) => `/users/${pathStep('user', email)}`;
