import { type Code, codes, HfitError, kinds } from '@hot-fixture/errors';
import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { titleOf } from '../errors.js';
import { errors, strict } from '../schemas.js';

const Params = strict({ code: Type.String({ pattern: '^HFIT_[A-Z0-9_]{1,60}$' }) });

/** Where the `type` of an error leads: what its code means, for whoever follows it. */
export function problemRoutes(app: FastifyInstance): void {
  app.get<{ Params: Static<typeof Params> }>(
    '/problems/:code',
    {
      schema: {
        summary: 'What a code of an error means',
        tags: ['server'],
        params: Params,
        response: {
          200: strict({
            code: Type.String(),
            title: Type.String(),
            means: Type.String(),
            todo: Type.String(),
          }),
          ...errors,
        },
      },
    },
    async ({ params: { code }, url, method }) => {
      if (!isCode(code)) throw new HfitError('HFIT_ROUTE_UNKNOWN', { method, path: url });
      const { kind, todo } = codes[code];
      return { code, title: titleOf(code), means: kinds[kind].means, todo };
    },
  );
}

function isCode(text: string): text is Code {
  return Object.hasOwn(codes, text);
}
