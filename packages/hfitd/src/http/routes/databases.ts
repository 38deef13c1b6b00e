import { HfitError } from '@hot-fixture/errors';
import type { Static } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Attempt, AuditAction } from '../../audit/event.js';
import { userOf } from '../authenticate.js';
import { DbmsParams, DbmssAnswer, DbParams, DbsAnswer, errors, TablesAnswer } from '../schemas.js';
import type { Service } from '../service.js';
import { describeTable, readSchemas } from '../tables.js';

/** What there is to give out: sources, their databases, tables. No value of a row. */
export function databaseRoutes(app: FastifyInstance, service: Service): void {
  const { sources, audit, policy } = service;
  const tags = ['databases'];

  app.get(
    '/db/dbmss',
    { schema: { summary: 'The sources', tags, response: { 200: DbmssAnswer, ...errors } } },
    async (request) =>
      audit.around(attempt(request, 'list-dbmss'), async () => ({
        dbmss: Object.entries(sources.all).map(([name, database]) => ({
          name,
          dialect: database.dialect.name,
        })),
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
    async (request) => {
      const { dbms } = request.params;
      return audit.around(attempt(request, 'list-dbs', dbms), async () => {
        const snapshot = await sources.find(dbms).database.snapshot();
        try {
          return { dbs: [...(await readSchemas(snapshot)).keys()] };
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
    async (request) => {
      const { dbms, db } = request.params;
      return audit.around(attempt(request, 'list-tables', `${dbms}/${db}`), async () => {
        const source = sources.find(dbms);
        const snapshot = await source.database.snapshot();
        try {
          const wanted = (await readSchemas(snapshot)).get(db);
          if (wanted === undefined) throw new HfitError('HFIT_DB_UNKNOWN', { dbms, db });
          const schema = await snapshot.introspect([wanted]);
          return {
            tables: schema.tables.map((table) => describeTable(policy, source.name, schema, table)),
          };
        } finally {
          await snapshot.close();
        }
      });
    },
  );
}

function attempt(request: FastifyRequest, action: AuditAction, target?: string): Attempt {
  const who = userOf(request).email;
  return { request: request.id, who, action, ...(target !== undefined && { target }) };
}
