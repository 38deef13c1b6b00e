import { HfitError } from '@hot-fixture/errors';
import type { Static } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Attempt, AuditAction } from '../../audit/event.js';
import { rightsOf, userOf } from '../authenticate.js';
import { DbmsParams, DbmssAnswer, DbParams, DbsAnswer, errors, TablesAnswer } from '../schemas.js';
import type { Service } from '../service.js';
import { endOf } from '../stream.js';
import { describeTable, readSchemas } from '../tables.js';
import { fileRoutes } from './files.js';
import { rowRoutes } from './rows.js';

/** What there is to give out: sources, their databases, tables; what is not granted is not there. */
export function databaseRoutes(app: FastifyInstance, service: Service): void {
  const { sources, audit } = service;
  const tags = ['databases'];

  app.get(
    '/db/dbmss',
    { schema: { summary: 'The sources', tags, response: { 200: DbmssAnswer, ...errors } } },
    async (request) =>
      audit.around(attempt(request, 'list-dbmss'), async () => ({
        dbmss: Object.entries(sources.all)
          .filter(([source]) => rightsOf(request).maySee({ source }))
          .map(([name, database]) => ({ name, dialect: database.dialect.name })),
      })),
  );

  app.get<{ Params: Static<typeof DbmsParams> }>(
    '/db/:dbms/dbs',
    {
      schema: {
        summary: 'The databases (or schemas) of a source',
        tags,
        params: DbmsParams,
        response: { 200: DbsAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const { dbms } = request.params;
      const rights = rightsOf(request);
      return audit.around(attempt(request, 'list-dbs', dbms), async () => {
        const found = sources.find(dbms, (source) => rights.maySee({ source }));
        const snapshot = await found.database.snapshot({
          signal: endOf(request, reply),
          limits: found.limits,
        });
        try {
          const dbs = [...(await readSchemas(snapshot)).keys()];
          return { dbs: dbs.filter((it) => rights.maySee({ source: found.name, database: it })) };
        } finally {
          await snapshot.close();
        }
      });
    },
  );

  app.get<{ Params: Static<typeof DbParams> }>(
    '/db/:dbms/:db/tables',
    {
      schema: {
        summary: 'The tables of a database, and what the policy says of each column',
        tags,
        params: DbParams,
        response: { 200: TablesAnswer, ...errors },
      },
    },
    async (request, reply) => {
      const { dbms, db } = request.params;
      const rights = rightsOf(request);
      return audit.around(attempt(request, 'list-tables', `${dbms}/${db}`), async () => {
        const {
          name: source,
          database,
          limits,
        } = sources.find(dbms, (it) => rights.maySee({ source: it }));
        const snapshot = await database.snapshot({ signal: endOf(request, reply), limits });
        try {
          const wanted = (await readSchemas(snapshot)).get(db);
          if (wanted === undefined || !rights.maySee({ source, database: db })) {
            throw new HfitError('HFIT_DB_UNKNOWN', { dbms, db });
          }
          const schema = await snapshot.schema([wanted]);
          const tables = schema.tables.filter(({ name }) =>
            rights.maySee({ source, database: db, table: name }),
          );
          const seen = rights.policyOf(service.rules.policy);
          return { tables: tables.map((table) => describeTable(seen, source, schema, table)) };
        } finally {
          await snapshot.close();
        }
      });
    },
  );

  rowRoutes(app, service);
  fileRoutes(app, service);
}

function attempt(request: FastifyRequest, action: AuditAction, target?: string): Attempt {
  const who = userOf(request).email;
  return { request: request.id, who, action, ...(target !== undefined && { target }) };
}
