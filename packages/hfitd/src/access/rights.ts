import type { Policy } from '@hot-fixture/masking';

/** A database, a schema in it, or a table, as deep as it is known. */
export interface Place {
  readonly source: string;
  /** The schema or database in the source, as users write it. */
  readonly database?: string;
  readonly table?: string;
}

/** What one user may do now; what it does not allow does not exist for that user. */
export interface Rights {
  /** Whether there is anything at or below the place that the user may see. */
  maySee(place: Place): boolean;
  maySeeVolume(volume: string): boolean;
  /** Whether packages of a template may be asked for. */
  mayRun(template: { readonly name: string; readonly digest: string }): boolean;
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
export const allRights: Rights = {
  maySee: () => true,
  maySeeVolume: () => true,
  mayRun: () => true,
  policyOf: (policy) => policy,
  limits: {},
};
