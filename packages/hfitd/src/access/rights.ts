import type { Policy } from '@hot-fixture/masking';

/** A database, a schema in it, or a table, as deep as it is known. */
export interface Place {
  readonly source: string;
  /** The schema or database in the source, as users write it. */
  readonly database?: string;
  readonly table?: string;
}

/** A template that somebody asks to run. */
export interface Runnable {
  /** With the team before it where it is of one: `backend:daily`. */
  readonly name: string;
  readonly digest: string;
  /** Whether an owner of its team has approved this text. */
  readonly approved?: boolean;
}

/** What one user may do now; what it does not allow does not exist for that user. */
export interface Rights {
  /** Equal keys allow the same: what was built for one user may then be given to another. */
  readonly key: string;
  readonly roles: ReadonlySet<string>;
  /** Whether there is anything at or below the place that the user may see. */
  maySee(place: Place): boolean;
  maySeeVolume(volume: string): boolean;
  /** Whether packages of a template may be asked for. */
  mayRun(template: Runnable): boolean;
  /**
   * The rights in packages of a template: grants may be for these alone.
   * @throws HFIT_ACCESS_CLOSED where all of them are out of their hours
   */
  within(template: Runnable): Rights;
  /**
   * Rows and files are given out in the hours of a grant only; that they are there may always be seen.
   * @throws HFIT_ACCESS_CLOSED, which tells when it is open again
   */
  assertOpen(place: Place | { readonly volume: string }): void;
  /** What decides about columns for this user: the policy of the daemon, or a stricter one. */
  policyOf(policy: Policy): Policy;
  readonly limits: Limits;
}

/** The least of all that is granted; what is left out has no limit. */
export interface Limits {
  /** Rows of one package or one answer. */
  readonly rows?: number;
  /** Bytes of one package or one answer. */
  readonly bytes?: number;
  readonly packagesPerDay?: number;
}

/** The rights of whoever has logged in, where nothing is said of grants. */
export const allRights: Rights = withRoles(new Set());

/** The same for somebody who has roles. */
export function withRoles(roles: ReadonlySet<string>): Rights {
  const rights: Rights = {
    key: 'all',
    roles,
    maySee: () => true,
    maySeeVolume: () => true,
    mayRun: () => true,
    within: () => rights,
    assertOpen: () => {},
    policyOf: (policy) => policy,
    limits: {},
  };
  return rights;
}
