import { HfitError } from '@hot-fixture/errors';
import { projectMaskingKey } from '@hot-fixture/masking';
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Attempt, AuditAction } from '../../audit/event.js';
import { readQuestion } from '../../rows/question.js';
import { readLines, readPage } from '../../rows/rows.js';
import { openTable, type TablePath } from '../../rows/table.js';
import { rightsOf, userOf } from '../authenticate.js';
import { errors, strict, TableAnswer } from '../schemas.js';
import type { Service } from '../service.js';
import { endOf } from '../stream.js';
import { describeTable } from '../tables.js';

const TableParams = strict({
  dbms: Type.String({ minLength: 1, maxLength: 63 }),
  db: Type.String({ minLength: 1, maxLength: 255 }),
  table: Type.String({ minLength: 1, maxLength: 255 }),
});

const Query = strict({
  filter: Type.Optional(Type.String({ description: "As in: status = 'paid' AND total > 100" })),
  sort: Type.Optional(Type.String({ description: 'As in: created_at:desc,id' })),
  limit: Type.Optional(
    Type.String({ description: 'Rows of a page: 100 unasked, 1000 at most; of a stream, of all' }),
  ),
  after: Type.Optional(Type.String({ description: 'The "next" of the page before' })),
  project: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Masks as packages of templates of this project have them',
    }),
  ),
  count: Type.Optional(
    Type.Literal('true', { description: 'Also counts what the filter lets through' }),
  ),
});

const PageAnswer = strict({
  rows: Type.Array(Type.Record(Type.String(), Type.Unknown())),
  next: Type.Union([Type.String(), Type.Null()]),
  count: Type.Optional(Type.Integer()),
});

const lineTypes = ['application/x-ndjson', 'application/x-json-stream'] as const;

/** The rows of tables, masked as in packages. */
export function rowRoutes(app: FastifyInstance, service: Service): void {
  const { sources, audit } = service;
  const { streams, shares, places, maskingKey } = service.reading;
  const keyOf = (project: string | undefined) =>
    project === undefined ? maskingKey : projectMaskingKey(maskingKey, project);
  const tags = ['databases'];

  app.get<{ Params: TablePath }>(
    '/db/:dbms/:db/table/:table/columns',
    {
      schema: {
        summary: 'The columns of a table, and what the policy says of each',
        tags,
        params: TableParams,
        response: { 200: TableAnswer, ...errors },
      },
    },
    async (request, reply) =>
      audit.around(attempt(request, 'list-columns'), async () => {
        const end = endOf(request, reply);
        const { policy } = service.rules;
        const open = await openTable(sources, request.params, rightsOf(request), policy, end);
        try {
          return describeTable(open.policy, open.source, open.schema, open.table);
        } finally {
          await open.close();
        }
      }),
  );

  app.get<{ Params: TablePath; Querystring: Static<typeof Query> }>(
    '/db/:dbms/:db/table/:table/rows',
    {
      schema: {
        summary: 'The rows of a table, masked: a page of them, or all as lines',
        description:
          'Columns that the policy denies are left out. Filters, orders and counts look at ' +
          'columns that the policy keeps, and at no others. Lines that fail in the middle end ' +
          'the connection before the body is complete.',
        tags,
        params: TableParams,
        querystring: Query,
        response: {
          200: {
            description: 'A page as JSON; all rows as lines of JSON where the accept header asks',
            content: {
              'application/json': { schema: PageAnswer },
              ...Object.fromEntries(lineTypes.map((it) => [it, { schema: Type.String() }])),
            },
          },
          ...errors,
        },
      },
    },
    async (request, reply) => {
      const lines = lineTypes.find((it) => request.headers.accept?.includes(it));
      const { query, params } = request;
      const rights = rightsOf(request);
      const asked = readQuestion(query);
      const details: Record<string, unknown> = { form: lines ? 'lines' : 'page' };
      const open = async (end: AbortSignal) => {
        // Those of this moment, whatever is loaded while rows are sent.
        const { policy, digest } = service.rules;
        const table = await openTable(sources, params, rights, policy, end);
        const { dialect } = sources.find(table.source).database;
        const rowsOf = () => {
          const rows = table.rows(keyOf(query.project));
          rows.check(asked.filter);
          return rows;
        };
        let rows: ReturnType<typeof rowsOf>;
        try {
          rows = rowsOf();
        } catch (error) {
          await table.close();
          throw error;
        }
        // What was refused may hold a guess at what is masked, and goes into no record.
        const { after: _place, ...question } = query;
        Object.assign(details, question, { policy: digest });
        return { table, ask: { rows, dialect, asked, limits: rights.limits } };
      };
      if (lines && request.method !== 'HEAD') {
        if (query.after !== undefined || query.count !== undefined) {
          const reason = 'after and count belong to pages, and lines have none';
          throw new HfitError('HFIT_REQUEST_INVALID', { reason });
        }
        const done = { ...attempt(request, 'rows'), details };
        return streams.send(request, reply, done, async (end) => {
          const seen = sources.find(params.dbms, (source) => rights.maySee({ source })).name;
          const leave = shares.take(userOf(request), seen, sources.streamsPerUser(seen));
          const { table, ask } = await open(end).catch((error) => {
            leave();
            throw error;
          });
          let count = 0;
          const pieces = async function* () {
            try {
              yield* readLines(ask, (more) => {
                count += more;
              });
            } finally {
              await table.close().finally(leave);
            }
          };
          const type = { 'content-type': lines };
          const { bytes: most } = rights.limits;
          return { headers: type, pieces: pieces(), most, details: () => ({ rows: count }) };
        });
      }
      const recorded = { ...attempt(request, 'rows'), details };
      const answer = await audit.around(recorded, async () => {
        const { table, ask } = await open(endOf(request, reply));
        try {
          if (request.method === 'HEAD') return '';
          const { source } = table;
          const { filter = '', sort = '', project = '' } = query;
          const place = [userOf(request).email, source, params.db, table.table.name];
          const page = await readPage({
            ...ask,
            places,
            question: [...place, filter, sort, ...(project === '' ? [] : [project])],
            after: query.after,
            counted: query.count !== undefined,
          });
          return page.text;
        } finally {
          await table.close();
        }
      });
      return reply.type('application/json; charset=utf-8').serializer(String).send(answer);
    },
  );
}

function attempt(request: FastifyRequest<{ Params: TablePath }>, action: AuditAction): Attempt {
  const { dbms, db, table } = request.params;
  return {
    request: request.id,
    who: userOf(request).email,
    action,
    target: `${dbms}/${db}/${table}`,
  };
}
