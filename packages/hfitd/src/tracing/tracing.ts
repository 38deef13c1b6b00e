import type { Logger } from 'pino';
import type { TracingSettings } from '../config/settings.js';

/** What a span may say: names of our own and counts, never what a user wrote or a row holds. */
export type Attributes = Readonly<Record<string, string | number>>;

/** A piece of work that is timed. */
export interface Span {
  /** As W3C Trace Context has it, for whoever goes on with the work; null where nobody is told. */
  readonly traceparent: string | null;
  set(attributes: Attributes): void;
  /** Notes a moment within it. */
  event(name: string): void;
  /** Of an error its code is told, and nothing else. */
  end(error?: unknown): void;
  /** Runs work within it: the spans that begin there are its children. */
  run<T>(work: () => T): T;
}

/** Work that somebody asked for, and waits for or not. */
export interface Beginning {
  readonly name: string;
  readonly kind: 'request' | 'job';
}

/** Tells a collector of OpenTelemetry how long the work of this daemon takes. */
export interface Tracing {
  /**
   * Begins a span that has no parent in this process.
   * @param traceparent of whoever asked for the work, where it is known
   */
  begin(what: Beginning, attributes: Attributes, traceparent: string | null): Span;
  /** Begins one within that which runs now; where none does, nobody is told. */
  child(name: string, attributes?: Attributes): Span;
  /** Runs work in a child of its own, which ends with it. */
  within<T>(name: string, work: (span: Span) => Promise<T>, attributes?: Attributes): Promise<T>;
  /** Of what runs now. */
  readonly traceparent: string | null;
  /** Sends what was not sent yet. */
  close(): Promise<void>;
}

export const noSpan: Span = {
  traceparent: null,
  set: () => {},
  event: () => {},
  end: () => {},
  run: (work) => work(),
};

/** Tells nobody, and costs nothing. */
export const noTracing: Tracing = {
  begin: () => noSpan,
  child: () => noSpan,
  within: (_name, work) => work(noSpan),
  traceparent: null,
  close: async () => {},
};

/**
 * Traces where that was asked for.
 * @param instance tells this process from others
 */
export async function openTracing(
  settings: TracingSettings | undefined,
  instance: string,
  log: Logger,
): Promise<Tracing> {
  if (!settings) return noTracing;
  // Loaded for those alone who use it: it is large.
  const { OtlpTracing } = await import('./otlp.js');
  return new OtlpTracing(settings, instance, log);
}
