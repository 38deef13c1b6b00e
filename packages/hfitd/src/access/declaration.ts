import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Field, readDocument } from '@hot-fixture/document';
import { HfitError } from '@hot-fixture/errors';
import type { Audit } from '../audit/audit.js';
import { daemonName } from '../audit/event.js';
import type { Revocations } from '../auth/revocations.js';
import { setGrants } from '../store/grants.js';
import {
  listRoles,
  listTeams,
  putRole,
  putTeam,
  type Role,
  removeRole,
  type Team,
} from '../store/groups.js';
import type { Store } from '../store/tables.js';
import { type Grant, readGrant, writeGrant } from './grant.js';
import { invalid, readName, readSubject } from './subject.js';

/** Who may what, as a file says it. */
export interface Declared {
  readonly roles: readonly Role[];
  readonly teams: readonly Team[];
  readonly grants: readonly Grant[];
}

/**
 * Reads roles, teams and grants from YAML.
 * @throws HFIT_GRANT_INVALID at `file:line:column`
 */
export function parseDeclaration(text: string, file: string): Declared {
  const found = readDocument(text, file, invalid).fields([], ['roles', 'teams', 'grants']);
  return {
    roles: named(found.roles).map(([name, field]) => ({
      name,
      members: members(field, ['user', 'team', 'account']),
    })),
    teams: named(found.teams).map(([name, field]) => {
      const team = field.fields([], ['owners', 'members', 'approval']);
      const owners = team.owners ? members(team.owners, ['user', 'account']) : [];
      const others = team.members ? members(team.members, ['user', 'account']) : [];
      const all = [...new Set([...owners, ...others])].sort();
      return { name, owners, members: all, approval: team.approval?.boolean() ?? true };
    }),
    grants: found.grants ? found.grants.list().map(readGrant) : [],
  };
}

function named(field: Field | undefined): [string, Field][] {
  return (field?.entries() ?? []).map(([name, value]) => [readName(value, name), value]);
}

function members(field: Field, kinds: Parameters<typeof readSubject>[1]): string[] {
  return [...new Set(field.list().map((it) => readSubject(it, kinds)))].sort();
}

/** Brings what a file declares into the store, where it is asked for like what was set there. */
export class Declaration {
  readonly #file: string;
  readonly #audit: Audit;
  readonly #revocations: Revocations;

  constructor(file: string, audit: Audit, revocations: Revocations) {
    this.#file = file;
    this.#audit = audit;
    this.#revocations = revocations;
  }

  /**
   * Reads the file, and has the store say the same: all of it, or nothing where it cannot be used.
   * @throws HFIT_FILE_UNREADABLE, HFIT_GRANT_INVALID, HFIT_AUDIT_FAILED
   */
  async load(): Promise<void> {
    const text = this.#read();
    const declared = parseDeclaration(text, this.#file);
    const digest = createHash('sha256').update(text).digest('hex');
    const attempt = { request: randomUUID(), who: daemonName, action: 'load-access' } as const;
    await this.#audit.within({ ...attempt, details: { digest } }, (store) =>
      apply(store, declared),
    );
    await this.#revocations.tell();
  }

  #read(): string {
    try {
      return readFileSync(this.#file, 'utf8');
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
      const values = { thing: 'access file', reason };
      throw new HfitError('HFIT_FILE_UNREADABLE', values, { where: this.#file, cause });
    }
  }
}

async function apply(store: Store, { roles, teams, grants }: Declared): Promise<void> {
  const isDeclared = (all: readonly { name: string }[], name: string) =>
    all.some((it) => it.name === name);
  for (const { name } of await listRoles(store)) {
    if (!isDeclared(roles, name)) await removeRole(store, name);
  }
  // A team that is not declared keeps its templates, for the day when it is declared again.
  for (const team of await listTeams(store)) {
    if (!isDeclared(teams, team.name)) await putTeam(store, { ...team, members: [], owners: [] });
  }
  for (const role of roles) await putRole(store, role);
  for (const team of teams) await putTeam(store, team);
  // What stays as it was keeps its id, so that nothing ends that runs under it.
  const idOf = (grant: Grant) =>
    createHash('sha256')
      .update(JSON.stringify(writeGrant(grant)))
      .digest('hex')
      .slice(0, 32);
  await setGrants(store, new Map(grants.map((grant) => [idOf(grant), grant])));
}
