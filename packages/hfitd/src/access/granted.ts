import { createHash } from 'node:crypto';
import { type Decided, fitsColumn, fitsName, type Policy } from '@hot-fixture/masking';
import { type Grant, writeGrant } from './grant.js';
import { isOpen, opensAt } from './hours.js';
import type { Limits, Place, Rights, Runnable } from './rights.js';
import { WaitError } from './wait-error.js';

/** Rights that are the sum of grants: what none of them grants is not there. */
export class GrantedRights implements Rights {
  readonly roles: ReadonlySet<string>;
  readonly limits: Limits;
  readonly #all: readonly Grant[];
  /** Those that hold here: outside of a package, those for templates do not. */
  readonly #here: readonly Grant[];
  /** Out of their hours: they grant nothing, and what they deny and limit holds all the same. */
  readonly #closed: readonly Grant[];
  readonly #template: Runnable | null;
  readonly #now: () => number;

  /**
   * @param grants all of the user that have not ended
   * @param template where a package of it is made
   * @param closed those for the template that are out of their hours, and not in `grants`
   */
  constructor(
    grants: readonly Grant[],
    roles: ReadonlySet<string>,
    template: Runnable | null = null,
    now: () => number = Date.now,
    closed: readonly Grant[] = [],
  ) {
    this.#all = grants;
    this.#here = grants.filter((grant) => holdsIn(grant, template));
    this.#closed = closed;
    this.#template = template;
    this.#now = now;
    this.roles = roles;
    this.limits = least([...this.#here, ...closed].map((grant) => grant.limits));
  }

  get key(): string {
    const written = (this.#template ? this.#here : this.#all).map((grant) => {
      // Whose it is, and for how long, says nothing of what it allows now.
      const { to: _to, until: _until, hours: _hours, ...rest } = writeGrant(grant);
      return JSON.stringify(rest);
    });
    const denied = this.#closed
      .filter(({ deny }) => deny.length > 0)
      .map(({ source, database, table, deny }) =>
        JSON.stringify({ source, database, table, deny }),
      );
    const parts = [written, denied].map((it) => [...new Set(it)].sort());
    const text = JSON.stringify([...parts, this.limits]);
    return createHash('sha256').update(text).digest('hex');
  }

  maySee(place: Place): boolean {
    return this.#here.some((grant) => covers(grant, place));
  }

  maySeeVolume(volume: string): boolean {
    return this.#here.some((grant) => coversVolume(grant, volume));
  }

  mayRun(template: Runnable): boolean {
    return this.#all.some((grant) => grantsData(grant) && holdsIn(grant, template));
  }

  within(template: Runnable): Rights {
    const holding = this.#all.filter((grant) => grantsData(grant) && holdsIn(grant, template));
    const open = holding.filter((grant) => this.#isOpen(grant));
    if (open.length === 0) this.#refuseClosed(holding);
    const kept = this.#all.filter((grant) => !grantsData(grant) || this.#isOpen(grant));
    const closed = holding.filter((grant) => !this.#isOpen(grant));
    return new GrantedRights(kept, this.roles, template, this.#now, closed);
  }

  assertOpen(place: Place | { readonly volume: string }): void {
    const fitting = this.#here.filter((grant) =>
      'volume' in place ? coversVolume(grant, place.volume) : covers(grant, place),
    );
    if (!fitting.some((grant) => this.#isOpen(grant))) this.#refuseClosed(fitting);
  }

  policyOf(policy: Policy): Policy {
    return policy.stricter((it) => {
      const isGranted = this.#here.some((grant) => isAbout(grant, it));
      const cutting = [...this.#here, ...this.#closed];
      return !isGranted || cutting.some((grant) => isAbout(grant, it) && denies(grant, it));
    });
  }

  #isOpen({ hours }: Grant): boolean {
    return hours === null || isOpen(hours, this.#now());
  }

  #refuseClosed(grants: readonly Grant[]): void {
    const now = this.#now();
    const opening = grants.flatMap(({ hours }) => (hours ? [opensAt(hours, now)] : []));
    if (opening.length === 0) return;
    const at = Math.min(...opening);
    throw new WaitError('HFIT_ACCESS_CLOSED', {
      moment: new Date(at).toISOString(),
      seconds: Math.max(1, Math.ceil((at - now) / 1000)),
    });
  }
}

function grantsData({ source, volume }: Grant): boolean {
  return source !== null || volume !== null;
}

function holdsIn(grant: Grant, template: Runnable | null): boolean {
  if (grant.approved && template?.approved !== true) return false;
  if (grant.template === null) return true;
  return template !== null && fitsName(grant.template, template.name);
}

/** Sources and volumes are found whatever their case. */
function fitsAnyCase(pattern: string, name: string): boolean {
  return fitsName(pattern.toLowerCase(), name.toLowerCase());
}

function covers(grant: Grant, { source, database, table }: Place): boolean {
  if (grant.source === null || !fitsAnyCase(grant.source, source)) return false;
  if (database !== undefined && !fitsName(grant.database, database)) return false;
  return table === undefined || fitsName(grant.table, table);
}

function coversVolume(grant: Grant, volume: string): boolean {
  return grant.volume !== null && fitsAnyCase(grant.volume, volume);
}

/** A policy knows a table by its spellings, with and without what it is in. */
function isAbout(grant: Grant, { database: source, tableNames }: Decided): boolean {
  if (grant.source === null || !fitsAnyCase(grant.source, source)) return false;
  return tableNames.some((name) => fitsName(`${grant.database}.${grant.table}`, name));
}

function denies(grant: Grant, { column, decision }: Decided): boolean {
  return grant.deny.some((it) =>
    it === 'class:mask' ? decision.kind === 'mask' : fitsColumn(it, column),
  );
}

function least(all: readonly Limits[]): Limits {
  const found: { -readonly [K in keyof Limits]: Limits[K] } = {};
  for (const limits of all) {
    for (const name of ['rows', 'bytes', 'packagesPerDay'] as const) {
      const value = limits[name];
      if (value !== undefined) found[name] = Math.min(value, found[name] ?? value);
    }
  }
  return found;
}
