import { AsyncLocalStorage } from 'node:async_hooks';
import { HfitError } from '@hot-fixture/errors';
import {
  type Context,
  type Span as RawSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Logger } from 'pino';
import type { TracingSettings } from '../config/settings.js';
import { type Attributes, type Beginning, noSpan, type Span, type Tracing } from './tracing.js';

/** How long the collector may take, in milliseconds: the end of the daemon waits for it. */
const patience = 3_000;
/** How often it is told that the collector takes nothing, in milliseconds. */
const rhythm = 60_000;

/** Sends spans as OTLP over HTTP. Nothing is registered for the whole process. */
export class OtlpTracing implements Tracing {
  readonly #provider: BasicTracerProvider;
  readonly #tracer: Tracer;
  readonly #running = new AsyncLocalStorage<Context>();

  constructor(
    { endpoint, headers, percent = 100 }: TracingSettings,
    instance: string,
    log: Logger,
  ) {
    const exporter = new OTLPTraceExporter({
      url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
      ...(headers && { headers: { ...headers } }),
      timeoutMillis: patience,
    });
    this.#provider = new BasicTracerProvider({
      resource: resourceFromAttributes({
        'service.name': 'hfitd',
        'service.instance.id': instance,
      }),
      // Who asked and is traced already has decided whether this is traced.
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(percent / 100) }),
      spanProcessors: [
        new BatchSpanProcessor(told(exporter, log), { exportTimeoutMillis: patience }),
      ],
    });
    this.#tracer = this.#provider.getTracer('hfitd');
  }

  get traceparent(): string | null {
    const context = this.#running.getStore();
    return textOf(context && trace.getSpan(context));
  }

  begin({ name, kind }: Beginning, attributes: Attributes, traceparent: string | null): Span {
    const raw = kind === 'request' ? SpanKind.SERVER : SpanKind.CONSUMER;
    return this.#span(name, raw, attributes, contextOf(traceparent));
  }

  child(name: string, attributes: Attributes = {}): Span {
    const context = this.#running.getStore();
    return context ? this.#span(name, SpanKind.INTERNAL, attributes, context) : noSpan;
  }

  async within<T>(
    name: string,
    work: (span: Span) => Promise<T>,
    attributes: Attributes = {},
  ): Promise<T> {
    const span = this.child(name, attributes);
    try {
      const result = await span.run(() => work(span));
      span.end();
      return result;
    } catch (error) {
      span.end(error);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#provider.shutdown().catch(() => {});
  }

  #span(name: string, kind: SpanKind, attributes: Attributes, parent: Context): Span {
    const span = this.#tracer.startSpan(name, { kind, attributes }, parent);
    const context = trace.setSpan(parent, span);
    return {
      traceparent: textOf(span),
      set: (more) => void span.setAttributes(more),
      event: (event) => void span.addEvent(event),
      end: (error) => {
        if (error !== undefined) {
          const code = error instanceof HfitError ? error.code : 'HFIT_INTERNAL';
          span.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR });
        }
        span.end();
      },
      run: (work) => this.#running.run(context, work),
    };
  }
}

/** A traceparent that cannot be read is none: the trace begins here then. */
function contextOf(traceparent: string | null): Context {
  const found = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '');
  if (!found) return ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = ''] = found;
  const traceFlags = Number.parseInt(flags, 16);
  const context = { traceId, spanId, traceFlags, isRemote: true };
  return trace.isSpanContextValid(context)
    ? trace.setSpanContext(ROOT_CONTEXT, context)
    : ROOT_CONTEXT;
}

function textOf(span: RawSpan | undefined): string | null {
  if (!span) return null;
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** The same exporter, which tells the log now and then that nobody takes the spans. */
function told(exporter: SpanExporter, log: Logger): SpanExporter {
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const now = performance.now();
        if (result.code !== 0 && now - toldAt > rhythm) {
          toldAt = now;
          log.warn({ spans: spans.length }, 'the collector of traces took nothing');
        }
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}
