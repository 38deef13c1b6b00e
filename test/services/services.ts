import { canInstall, install } from './apt.js';
import { mariadb } from './mariadb.js';
import { postgresql } from './postgresql.js';
import { findProgram } from './programs.js';
import { redis } from './redis.js';
import type { Service, ServiceName } from './service.js';
import { Watchdog } from './watchdog.js';

const services: readonly Service[] = [postgresql, mariadb, redis];

/** The programs that people pipe a script into. */
const clients = {
  psql: { program: 'psql', find: () => findProgram('psql'), debian: 'postgresql-client' },
  mariadbClient: {
    program: 'mariadb',
    find: () => findProgram('mariadb', 'mysql'),
    debian: 'mariadb-client',
  },
} as const;

/** What the tests of this run may use. */
export type Present = Record<ServiceName, boolean> & Record<keyof typeof clients, string | null>;

/**
 * The servers of one run. A server is looked for at once and started when it is first asked
 * for, so that a run that needs none costs nothing.
 */
export class Services {
  readonly present: Present;
  /** What is not there, each with what to do about it. */
  readonly missing: readonly string[];
  readonly #started = new Map<string, Promise<string>>();
  #watchdog: Promise<Watchdog> | undefined;

  /** Looks for the servers, and installs what is missing where that may be done. */
  constructor() {
    if (canInstall) {
      const packages = [
        ...services.filter((service) => !isThere(service)).flatMap(({ debian }) => debian),
        ...Object.values(clients).flatMap(({ find, debian }) => (find() ? [] : [debian])),
      ];
      if (packages.length > 0) install(packages);
    }
    this.present = {
      postgresql: isThere(postgresql),
      mariadb: isThere(mariadb),
      redis: isThere(redis),
      psql: clients.psql.find() ?? null,
      mariadbClient: clients.mariadbClient.find() ?? null,
    };
    this.missing = [
      ...services
        .filter((service) => !isThere(service))
        .map(({ name, variable, advice }) => `${name} (set ${variable}, or ${advice})`),
      ...Object.values(clients)
        .filter(({ find }) => find() === undefined)
        .map(({ program, debian }) => `the program ${program} (apt-get install ${debian})`),
    ];
  }

  /** The URL of a server where databases may be made; it is started if it is not yet. */
  url(name: string): Promise<string> {
    const service = services.find((one) => one.name === name);
    if (!service || !isThere(service)) throw new Error(`there is no server "${name}"`);
    let url = this.#started.get(name);
    if (!url) {
      const given = process.env[service.variable];
      url = given ? Promise.resolve(given) : this.#watch().then(service.start);
      this.#started.set(name, url);
    }
    return url;
  }

  /** Ends the servers that were started here, and removes their files. */
  async stop(): Promise<void> {
    await (await this.#watchdog)?.stop();
  }

  #watch(): Promise<Watchdog> {
    this.#watchdog ??= Watchdog.start();
    return this.#watchdog;
  }
}

function isThere(service: Service): boolean {
  return Boolean(process.env[service.variable]) || service.isInstalled();
}
