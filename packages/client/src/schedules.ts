import { Api } from './api.js';
import type { Connection } from './connection.js';
import { pathStep } from './names.js';

/** A package that is built at set times. */
export interface Schedule {
  readonly name: string;
  readonly template: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Minute, hour, day of the month, month and day of the week. */
  readonly cron: string;
  /** A time zone such as Europe/Rome. */
  readonly zone?: string;
  readonly [more: string]: unknown;
}

export class SchedulesApi {
  readonly #api: Api;

  constructor(connection: Connection) {
    this.#api = new Api(connection);
  }

  list(): Promise<Schedule[]> {
    return this.#api.list('/schedules', 'schedules');
  }

  async get(name: string): Promise<Schedule> {
    return (await this.#api.get(at(name))) as unknown as Schedule;
  }

  /** Sets a schedule, in the place of one of the same name. */
  async set(name: string, schedule: Omit<Schedule, 'name'>): Promise<void> {
    await this.#api.done('PUT', at(name), schedule);
  }

  async remove(name: string): Promise<void> {
    await this.#api.done('DELETE', at(name));
  }
}

const at = (name: string) => `/schedules/${pathStep('schedule', name)}`;
