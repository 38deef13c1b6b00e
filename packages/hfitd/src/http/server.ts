import { randomUUID } from 'node:crypto';
import swagger from '@fastify/swagger';
import { HfitError } from '@hot-fixture/errors';
import { type FastifyInstance, type FastifyServerOptions, fastify, LogController } from 'fastify';
import type { Logger } from 'pino';
import { requireToken } from './authenticate.js';
import { answerError, answerUnknownRoute, commonHeaders } from './errors.js';
import { openApi } from './openapi.js';
import { databaseRoutes } from './routes/databases.js';
import { openRoutes } from './routes/open.js';
import { packageRoutes } from './routes/packages.js';
import { templateRoutes } from './routes/templates.js';
import type { Service } from './service.js';

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
  } as FastifyServerOptions;
}

/** Adds ids, log lines, headers and the one shape of errors. */
export function addManners(app: FastifyInstance, isStopping: () => boolean): void {
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
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, log } = request;
    const { statusCode, elapsedTime } = reply;
    log.info(
      { method, route: routeOptions.url, statusCode, ms: Math.round(elapsedTime) },
      'request',
    );
  });
}

/** The server that users talk to. */
export async function buildServer(
  service: Service,
  isStopping: () => boolean,
): Promise<FastifyInstance> {
  const app = fastify(serverOptions(service.log));
  addManners(app, isStopping);
  await app.register(swagger, openApi);
  await app.register(async (open) => openRoutes(open, service));
  await app.register(async (inside) => {
    requireToken(inside, service.tokens);
    inside.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, security: [{ token: [] }] };
    });
    databaseRoutes(inside, service);
    packageRoutes(inside, service);
    await inside.register(async (templates) => templateRoutes(templates, service));
  });
  app.get('/openapi.json', { schema: { hide: true } as object }, async () => app.swagger());
  return app;
}
