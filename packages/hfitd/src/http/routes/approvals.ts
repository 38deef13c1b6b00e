import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { approveTemplate } from '../../store/team-templates.js';
import { userOf } from '../authenticate.js';
import { errors, strict, TemplateParams } from '../schemas.js';
import type { Service } from '../service.js';

const ApprovalRequest = strict({
  digest: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the text' }),
});

type Params = { Params: Static<typeof TemplateParams> };

/** Owners of a team approve its templates: a change needs a new approval. */
export function approvalRoutes(app: FastifyInstance, service: Service): void {
  const { audit } = service;
  const tags = ['templates'];

  const approve = async (request: FastifyRequest<Params>, digest: string | null) => {
    const user = userOf(request);
    const { name } = request.params;
    const attempt = { request: request.id, who: user.email, action: 'approve-template' } as const;
    await audit.within({ ...attempt, target: name, details: { digest } }, (store) =>
      approveTemplate(store, user, name, digest),
    );
  };

  app.post<Params & { Body: Static<typeof ApprovalRequest> }>(
    '/packtmpl/:name/approval',
    {
      schema: {
        summary: 'Approves the text of a template of a team, by its digest',
        tags,
        params: TemplateParams,
        body: ApprovalRequest,
        response: { 204: Type.Null(), ...errors },
      },
    },
    async (request, reply) => {
      await approve(request, request.body.digest);
      return reply.code(204).send();
    },
  );

  app.delete<Params>(
    '/packtmpl/:name/approval',
    {
      schema: {
        summary: 'Takes the approval of a template back',
        tags,
        params: TemplateParams,
        response: { 204: Type.Null(), ...errors },
      },
    },
    async (request, reply) => {
      await approve(request, null);
      return reply.code(204).send();
    },
  );
}
