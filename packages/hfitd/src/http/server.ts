import { randomUUID } from 'node:crypto';
import swagger from '@fastify/swagger';
import { HfitError } from '@hot-fixture/errors';
import { type FastifyInstance, type FastifyServerOptions, fastify, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { TlsSettings } from '../config/settings.js';
import type { Metrics } from '../metrics.js';
import { requireToken } from './authenticate.js';
import { answerClientError } from './client-error.js';
import { answerError, answerUnknownRoute, commonHeaders } from './errors.js';
import { keepAnswers } from './idempotency.js';
import { assertNoNul } from './no-nul.js';
import { openApi } from './openapi.js';
import { type ApiDocument, pageOf } from './page.js';
import { approvalRoutes } from './routes/approvals.js';
import { guardedAuditRoutes } from './routes/audit.js';
import { databaseRoutes } from './routes/databases.js';
import { estimateRoutes } from './routes/estimates.js';
import { exchangeRoutes } from './routes/exchange.js';
import { jobContentRoutes } from './routes/job-content.js';
import { jobRoutes } from './routes/jobs.js';
import { openRoutes } from './routes/open.js';
import { packageRoutes } from './routes/packages.js';
import { guardedPeopleRoutes } from './routes/people.js';
import { problemRoutes } from './routes/problems.js';
import { scheduleRoutes } from './routes/schedules.js';
import { sessionRoutes } from './routes/session.js';
import { templateChangeRoutes } from './routes/template-changes.js';
import { templateRoutes } from './routes/templates.js';
import type { Service } from './service.js';
import { readTls } from './tls.js';
import { traceRequests } from './traced.js';

/** What both servers, the public and the admin one, have in common. */
export function serverOptions(log: Logger): FastifyServerOptions {
  return {
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: 64 * 1024,
    // Time for the whole request to come in; an answer may take as long as it likes.
    requestTimeout: 60_000,
    keepAliveTimeout: 10_000,
    maxRequestsPerSocket: 1000,
    routerOptions: { maxParamLength: 300 },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: false } },
    frameworkErrors: answerError,
    clientErrorHandler: answerClientError(log),
  } as FastifyServerOptions;
}

/** Adds ids, log lines, headers and the one shape of errors. */
export function addManners(
  app: FastifyInstance,
  isStopping: () => boolean,
  metrics?: Metrics,
): void {
  app.server.headersTimeout = 15_000;
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerUnknownRoute);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(commonHeaders(request.id));
    if (isStopping()) {
      reply.header('connection', 'close');
      throw new HfitError('HFIT_DAEMON_STOPPING', {});
    }
  });
  app.addHook('preHandler', assertNoNul);
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, log } = request;
    const { statusCode, elapsedTime } = reply;
    metrics?.answered(method, routeOptions.url, statusCode, elapsedTime / 1000);
    log.info(
      { method, route: routeOptions.url, statusCode, ms: Math.round(elapsedTime) },
      'request',
    );
  });
}

export interface ServerSettings {
  readonly trustProxy?: readonly string[];
  readonly tls?: TlsSettings;
  readonly headersTimeout?: number;
}

/** Where the routes are: as they are now, and as the first Hot Fixture Tool had them. */
const prefixes = ['', '/v1'];

/**
 * The server that users talk to.
 * @throws HFIT_TLS_UNUSABLE
 */
export async function buildServer(
  service: Service,
  isStopping: () => boolean,
  { trustProxy, tls, headersTimeout }: ServerSettings = {},
): Promise<FastifyInstance> {
  const app = fastify({
    ...serverOptions(service.log),
    ...(headersTimeout !== undefined && {
      http: { connectionsCheckingInterval: Math.min(headersTimeout, 5_000) },
    }),
    ...(trustProxy && { trustProxy: [...trustProxy] }),
    ...(tls && { https: readTls(tls) }),
  } as FastifyServerOptions) as FastifyInstance;
  traceRequests(app, service.tracing);
  addManners(app, isStopping, service.metrics);
  if (headersTimeout !== undefined) app.server.headersTimeout = headersTimeout;
  await app.register(swagger, openApi);
  for (const prefix of prefixes) {
    await app.register(async (scope) => addRoutes(scope, service, prefix), { prefix });
  }
  const hidden = { schema: { hide: true } as object };
  app.get('/openapi.json', hidden, async () => app.swagger());
  app.get('/docs', hidden, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(pageOf(app.swagger() as ApiDocument)),
  );
  return app;
}

async function addRoutes(app: FastifyInstance, service: Service, prefix: string): Promise<void> {
  // The document names each route once, and the two places where all of them are.
  if (prefix !== '') hideRoutes(app);
  await app.register(async (open) => {
    service.limits.guardLogins(open);
    openRoutes(open, service);
    // Its forms are taken there alone.
    await open.register(async (exchange) => exchangeRoutes(exchange, service));
    problemRoutes(open);
  });
  await app.register(async (inside) => {
    requireToken(inside, service);
    service.limits.guardRequests(inside);
    keepAnswers(inside, service.store);
    inside.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, security: [{ token: [] }] };
    });
    sessionRoutes(inside, service);
    await inside.register(async (people) => guardedPeopleRoutes(people, service));
    await inside.register(async (audit) => guardedAuditRoutes(audit, service));
    approvalRoutes(inside, service);
    databaseRoutes(inside, service);
    packageRoutes(inside, service);
    estimateRoutes(inside, service);
    jobRoutes(inside, service);
    jobContentRoutes(inside, service);
    scheduleRoutes(inside, service);
    await inside.register(async (templates) => {
      templateRoutes(templates, service);
      templateChangeRoutes(templates, service);
    });
  });
}

function hideRoutes(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    route.schema = { ...route.schema, hide: true } as object;
  });
}
