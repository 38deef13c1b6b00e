import { randomUUID } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';
import type { Logger } from 'pino';
import type { Declaration } from './access/declaration.js';
import type { Audit } from './audit/audit.js';
import { type Attempt, daemonName } from './audit/event.js';
import { type Rules, readRules } from './build/rules.js';
import type { Configuration } from './config/settings.js';
import type { Limits } from './http/limits.js';
import type { NextSources, Sources } from './sources.js';

/** What became of a configuration that was read again. */
export interface Reloaded {
  /** The settings that are in force now, and were not before. */
  readonly changed: string[];
  /** Those that differ from what runs, and need a new start. */
  readonly restart: string[];
}

/** Something that is looked at first, and put in force together with all else. */
export interface Renewal {
  /** @returns puts it in force, and cannot fail */
  prepare(): () => void;
}

interface Parts {
  readonly sources: Sources;
  readonly limits: Limits;
  readonly audit: Audit;
  readonly declaration: Declaration | undefined;
  readonly rules: () => Rules;
  /** Puts other rules in force, for the sources as they are then. */
  readonly setRules: (rules: Rules) => void;
  readonly log: Logger;
}

/**
 * Takes another configuration while the process runs: the policy, sources, limits per minute, and
 * the files that it names. All of it is put in force, or nothing.
 */
export class Reload {
  readonly #started: Configuration;
  readonly #parts: Parts;
  #current: Configuration;
  #last: Promise<unknown> = Promise.resolve();

  constructor(configuration: Configuration, parts: Parts) {
    this.#started = configuration;
    this.#current = configuration;
    this.#parts = parts;
  }

  get current(): Configuration {
    return this.#current;
  }

  /**
   * One at a time, and each is told in the log and in the audit log.
   * @param read gives the configuration
   * @throws what reading it throws, HFIT_TLS_UNUSABLE, HFIT_POLICY_…, HFIT_ACCOUNT_WRITES,
   *   HFIT_GRANT_INVALID, HFIT_AUDIT_FAILED: then all stays as it was
   */
  run(read: () => Configuration, others: readonly Renewal[], who = daemonName): Promise<Reloaded> {
    const done = this.#last.then(() => this.#run(read, others, who));
    this.#last = done.catch(() => {});
    return done;
  }

  async #run(
    read: () => Configuration,
    others: readonly Renewal[],
    who: string,
  ): Promise<Reloaded> {
    const { sources, log, audit } = this.#parts;
    const attempt = { request: randomUUID(), who, action: 'reload' as const };
    let next: NextSources | undefined;
    let isRecorded = false;
    try {
      const configuration = read();
      const rules = readRules(configuration);
      const renewed = others.map((it) => it.prepare());
      next = await sources.next(configuration.sources);
      for (const [source, problem] of Object.entries(await next.check())) {
        if (problem?.code === 'HFIT_ACCOUNT_WRITES') throw problem;
        if (problem) log.warn({ source, code: problem.code }, 'a source does not answer');
      }
      const reloaded = this.#compare(configuration, rules);
      isRecorded = true;
      await this.#recorded({ ...attempt, details: { ...reloaded, policy: rules.digest } });
      next.apply();
      this.#parts.setRules(rules);
      this.#parts.limits.replace(configuration.limits);
      for (const apply of renewed) apply();
      this.#current = configuration;
      log.info(reloaded, 'the configuration was read again');
      if (reloaded.restart.length > 0) {
        log.warn({ restart: reloaded.restart }, 'these settings need a new start');
      }
      return reloaded;
    } catch (error) {
      await next?.discard();
      const { code, what, where } = error instanceof HfitError ? error : unknown(error);
      log.error({ code, what, where }, 'the configuration stays as it was');
      if (!isRecorded) {
        await audit.record({ ...attempt, outcome: 'failed', details: { code } }).catch(() => {});
      }
      throw error;
    }
  }

  /** Who may what is the last thing that can fail, and is all or nothing by itself. */
  async #recorded(attempt: Attempt): Promise<void> {
    const { audit, declaration } = this.#parts;
    await audit.record({ ...attempt, outcome: 'started' });
    await audit.around(attempt, async () => declaration?.load());
  }

  #compare(next: Configuration, rules: Rules): Reloaded {
    const before = this.#current;
    const changed = [
      ...(rules.digest === this.#parts.rules().digest ? [] : ['policy']),
      ...namesOf(before.sources, next.sources).map((it) => `sources.${it}`),
      ...namesOf(before.limits, next.limits)
        .filter((it) => it !== 'loginsAtOnce')
        .map((it) => `limits.${it}`),
    ];
    const fixed = ({ policy: _, sources: __, limits, ...rest }: Configuration) => ({
      ...rest,
      limits: { loginsAtOnce: limits.loginsAtOnce },
    });
    const restart = Object.entries(fixed(next)).flatMap(([name, value]) => {
      const old = fixed(this.#started)[name as keyof ReturnType<typeof fixed>];
      if (!isPlain(value) || !isPlain(old)) return isSame(value, old) ? [] : [name];
      return namesOf(old, value).map((it) => `${name}.${it}`);
    });
    const gone = Object.keys(fixed(this.#started)).filter((name) => !(name in next));
    return { changed, restart: [...restart, ...gone] };
  }
}

/** The fields that one of two has, and the other has not or otherwise. */
function namesOf(one: object, other: object): string[] {
  const [here, there] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  const names = [...new Set([...here.keys(), ...there.keys()])];
  return names.filter((name) => !isSame(here.get(name), there.get(name)));
}

/** The handles of an embedding program are looked at no further. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((it, index) => isSame(it, other[index]));
  }
  return isPlain(one) && isPlain(other) && namesOf(one, other).length === 0;
}

function isPlain(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

function unknown(error: unknown): HfitError {
  return new HfitError('HFIT_INTERNAL', { request: 'reload' }, { cause: error });
}
