import type { Watchdog } from './watchdog.js';

export type ServiceName = 'postgresql' | 'mariadb' | 'redis';

/** A kind of server, and how to come by one. */
export interface Service {
  readonly name: ServiceName;
  /** The variable that may hold the URL of a server where databases may be made. */
  readonly variable: string;
  /** What Debian and Ubuntu call it; empty where npm brings it. */
  readonly debian: readonly string[];
  /** What to do where it is missing, besides setting the variable. */
  readonly advice: string;
  /** Whether the machine has the programs to start it. */
  isInstalled(): boolean;
  /** Starts a private one on 127.0.0.1, and gives the URL of an account that may do anything. */
  start(watchdog: Watchdog): Promise<string>;
}
