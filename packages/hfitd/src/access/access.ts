import type { AccessSettings } from '../config/settings.js';
import { readAccessState } from '../store/access-state.js';
import { listGrants, type StoredGrant } from '../store/grants.js';
import { groupsOf } from '../store/groups.js';
import { countPackage, uncountPackage } from '../store/package-counts.js';
import type { Store } from '../store/tables.js';
import type { User } from '../store/users.js';
import { GrantedRights } from './granted.js';
import { subjectOf } from './principal.js';
import { type Rights, type Runnable, withRoles } from './rights.js';
import { WaitError } from './wait-error.js';

/** All that is said of somebody. */
export interface Holdings {
  readonly teams: readonly string[];
  readonly roles: readonly string[];
  /** Those that have not ended. */
  readonly grants: readonly StoredGrant[];
  /** Whether what is not granted is not there. */
  readonly guarded: boolean;
}

/** Knows who may what. The store is the one truth: what is declared in a file is written there. */
export class Access {
  /** Whether a file says who may what: then nothing else does. */
  readonly isDeclared: boolean;
  readonly #store: Store;
  readonly #mode: AccessSettings['access'];
  readonly #accounts: ReadonlyMap<string, readonly string[]>;
  readonly #known = new Map<string, Holdings>();
  #version = -1;

  /** @param settings say too which roles service accounts have */
  constructor(store: Store, { access, accessFile, issuers = [] }: AccessSettings) {
    this.#store = store;
    this.isDeclared = accessFile !== undefined;
    this.#mode = access ?? (this.isDeclared ? 'grants' : undefined);
    const accounts = issuers.flatMap((issuer) => issuer.accounts);
    this.#accounts = new Map(accounts.map(({ name, roles }) => [`account:${name}`, roles]));
  }

  /** What somebody may do now. */
  async rightsOf(who: User): Promise<Rights> {
    return rightsFrom(await this.holdingsOf(who));
  }

  /**
   * Counts a package that somebody is about to get, whether it is built anew or was there.
   * @returns gives it back, where nothing of it was sent
   * @throws HFIT_PACKAGES_SPENT, which tells when there are more
   */
  async countPackage(who: User, template: Runnable, rights: Rights): Promise<() => Promise<void>> {
    // What may not be run is refused as what is not there, and counts nothing.
    const limit = rights.mayRun(template)
      ? rights.within(template).limits.packagesPerDay
      : undefined;
    if (limit === undefined) return async () => {};
    const now = Date.now();
    const day = new Date(now).toISOString().slice(0, 10);
    const subject = subjectOf(who);
    if (await countPackage(this.#store, subject, day, limit)) {
      return () => uncountPackage(this.#store, subject, day);
    }
    const seconds = Math.ceil((Date.parse(day) + 86_400_000 - now) / 1000);
    throw new WaitError('HFIT_PACKAGES_SPENT', { limit, seconds });
  }

  async holdingsOf(who: User): Promise<Holdings> {
    const state = await readAccessState(this.#store);
    if (state.version !== this.#version || this.#known.size > 10_000) this.#known.clear();
    this.#version = state.version;
    const subject = subjectOf(who);
    let found = this.#known.get(subject);
    if (!found) {
      const own = (this.#accounts.get(subject) ?? []).map((role) => `role:${role}`);
      const groups = [...new Set([...(await groupsOf(this.#store, subject)), ...own])];
      const guarded = this.#mode === undefined ? state.guarded : this.#mode === 'grants';
      const grants = await listGrants(this.#store, [subject, ...groups]);
      const named = (kind: string) =>
        groups.flatMap((it) => (it.startsWith(kind) ? [it.slice(kind.length)] : []));
      found = { teams: named('team:'), roles: named('role:'), grants, guarded };
      // Another change may have come in between: then it is read again the next time.
      if (state.version === this.#version) this.#known.set(subject, found);
    }
    const now = Date.now();
    const grants = found.grants.filter(({ grant }) => grant.until === null || grant.until > now);
    return { ...found, grants };
  }
}

/** The rights that come of all that is said of somebody. */
export function rightsFrom({ guarded, roles, grants }: Holdings): Rights {
  const names = new Set(roles);
  if (!guarded) return withRoles(names);
  return new GrantedRights(
    grants.map(({ grant }) => grant),
    names,
  );
}
