import type { FastifyInstance, FastifyRequest } from 'fastify';
import { noTracing, type Span, type Tracing } from '../tracing/tracing.js';
import { asHfitError } from './errors.js';

/**
 * Times each request, under the pattern of its route and never its path; within the trace of the
 * client where it sends a traceparent.
 */
export function traceRequests(app: FastifyInstance, tracing: Tracing): void {
  if (tracing === noTracing) return;
  const spans = new WeakMap<FastifyRequest, Span>();
  app.addHook('onRequest', (request, reply, done) => {
    const { method, routeOptions, headers, id } = request;
    const route = routeOptions.url ?? 'none';
    const { traceparent } = headers;
    const span = tracing.begin(
      { name: `${method} ${route}`, kind: 'request' },
      { 'http.request.method': method, 'http.route': route, 'hfit.request_id': id },
      typeof traceparent === 'string' ? traceparent : null,
    );
    spans.set(request, span);
    const { raw } = reply;
    raw.once('close', () => {
      if (raw.headersSent) span.set({ 'http.response.status_code': raw.statusCode });
      if (!raw.writableFinished) span.event('cut off');
      span.end();
    });
    span.run(done);
  });
  // While a body comes in, its reader knows of no request.
  app.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) span.run(done);
    else done();
  });
  app.addHook('onError', (request, _reply, error, done) => {
    spans.get(request)?.set({ 'error.type': asHfitError(error, request.id).code });
    done();
  });
}
