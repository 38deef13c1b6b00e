import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AuditEvent } from './audit/event.js';
import type { Sources } from './sources.js';
import type { Store } from './store/tables.js';

/** What the metrics ask for when they are read. */
export interface Measured {
  readonly store: Store;
  readonly sources: Pick<Sources, 'all'>;
  readonly downloads: { readonly line: { readonly working: number; readonly waiting: number } };
}

/**
 * The figures of one daemon. No name of a user, template, table or file is in them; sources stand
 * there under the names that the configuration gives them.
 */
export class Metrics {
  /** Its own, since a process may hold several daemons. */
  readonly registry = new Registry();
  readonly #requests = this.#counter('requests_total', 'Answers', ['method', 'route', 'status']);
  readonly #seconds: Histogram;
  readonly #records = this.#counter('audit_records_total', 'Audit records', ['action', 'outcome']);
  readonly #lost = this.#counter('audit_failures_total', 'Audit records that were not written', []);
  readonly #rows = this.#counter('rows_given_total', 'Rows that left, masked', ['action']);
  readonly #bytes = this.#counter('bytes_given_total', 'Bytes that left as packages', ['action']);

  constructor() {
    this.#seconds = new Histogram({
      name: 'hfitd_request_seconds',
      help: 'From the request to the end of its answer',
      labelNames: ['method', 'route'],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600],
      registers: [this.registry],
    });
  }

  /** Counts an answer, under the pattern of its route and never its path. */
  answered(method: string, route: string | undefined, status: number, seconds: number): void {
    const labels = { method, route: route ?? 'none' };
    this.#requests.inc({ ...labels, status: String(status) });
    this.#seconds.observe(labels, seconds);
  }

  /** Counts a record of the audit log, and what was given out by it. */
  recorded({ action, outcome, details }: AuditEvent): void {
    this.#records.inc({ action, outcome });
    if (outcome !== 'ok') return;
    const rows = rowsOf(details?.rows);
    if (rows > 0) this.#rows.inc({ action }, rows);
    if (typeof details?.bytes === 'number') this.#bytes.inc({ action }, details.bytes);
  }

  notRecorded(): void {
    this.#lost.inc();
  }

  /** Adds what is looked up when the metrics are read. */
  measure({ store, sources, downloads }: Measured): void {
    this.#gauge('packages', 'Packages that are streamed or wait in line', ['state'], (gauge) => {
      gauge.set({ state: 'running' }, downloads.line.working);
      gauge.set({ state: 'waiting' }, downloads.line.waiting);
    });
    this.#gauge('jobs', 'Jobs of all daemons that share the store', ['state'], async (gauge) => {
      const rows = await store
        .selectFrom('jobs')
        .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
        .groupBy('state')
        .execute();
      gauge.reset();
      for (const { state, count } of rows) gauge.set({ state }, Number(count));
    });
    const pools = (name: string, help: string, of: 'size' | 'inUse' | 'waiting') =>
      this.#gauge(name, help, ['source'], (gauge) => {
        gauge.reset();
        for (const [source, { readingNow }] of Object.entries(sources.all)) {
          if (readingNow) gauge.set({ source }, readingNow[of]);
        }
      });
    pools('source_connections', 'Connections that a source is read by at most', 'size');
    pools('source_connections_in_use', 'Connections that read from a source now', 'inUse');
    pools('source_readers_waiting', 'Readers in line for a connection of a source', 'waiting');
    const memory = (gauge: Gauge) => gauge.set(process.memoryUsage.rss());
    this.#gauge('resident_memory_bytes', 'Memory of the process', [], memory);
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `hfitd_${name}`, help, labelNames, registers: [this.registry] });
  }

  #gauge(
    name: string,
    help: string,
    labelNames: string[],
    fill: (gauge: Gauge) => void | Promise<void>,
  ): void {
    const gauge: Gauge = new Gauge({
      name: `hfitd_${name}`,
      help,
      labelNames,
      registers: [this.registry],
      collect: () => fill(gauge),
    });
  }
}

/** A record has a number, or one for each table. */
function rowsOf(rows: unknown): number {
  if (typeof rows === 'number') return rows;
  if (rows === null || typeof rows !== 'object') return 0;
  return Object.values(rows).reduce((total, count) => total + (Number(count) || 0), 0);
}
