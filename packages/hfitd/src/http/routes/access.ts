import { HfitError } from '@hot-fixture/errors';
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseGrant, writeGrant } from '../../access/grant.js';
import { parseMembers } from '../../access/subject.js';
import type { Attempt, AuditAction } from '../../audit/event.js';
import { addGrant, listGrants, removeGrant, type StoredGrant } from '../../store/grants.js';
import {
  getRole,
  getTeam,
  listRoles,
  listTeams,
  putRole,
  putTeam,
  removeRole,
  removeTeam,
} from '../../store/groups.js';
import type { Store } from '../../store/tables.js';
import { errors } from '../schemas.js';
import type { Service } from '../service.js';
import {
  GrantAnswer,
  GrantBody,
  GrantParams,
  GrantsAnswer,
  NameParams,
  RoleAnswer,
  RoleBody,
  RolesAnswer,
  TeamAnswer,
  TeamBody,
  TeamsAnswer,
} from './people-schemas.js';

type Params = { Params: Static<typeof NameParams> };

/** Roles, teams and grants. */
export function accessRoutes(
  app: FastifyInstance,
  service: Service,
  attempt: (request: FastifyRequest, action: AuditAction, target?: string) => Attempt,
  change: <T>(it: Attempt, work: (store: Store) => Promise<T>) => Promise<T>,
): void {
  const { store, access, audit } = service;
  const schema = (summary: string, answer: TSchema, more: object = {}) => ({
    schema: { summary, tags: ['people'], response: { 200: answer, ...errors }, ...more },
  });
  const gone = (summary: string, params: TSchema) => ({
    schema: { summary, tags: ['people'], params, response: { 204: Type.Null(), ...errors } },
  });
  const named = { params: NameParams };
  const alter = <T>(it: Attempt, work: (store: Store) => Promise<T>) =>
    change(it, async (transaction) => {
      if (access.isDeclared) throw new HfitError('HFIT_ACCESS_DECLARED', {});
      return work(transaction);
    });

  app.get('/roles', schema('The roles', RolesAnswer), (request) =>
    audit.around(attempt(request, 'list-roles'), async () => ({ roles: await listRoles(store) })),
  );
  app.get<Params>('/roles/:name', schema('A role', RoleAnswer, named), (request) =>
    audit.around(attempt(request, 'show-role', request.params.name), () =>
      getRole(store, request.params.name),
    ),
  );
  app.put<Params & { Body: Static<typeof RoleBody> }>(
    '/roles/:name',
    schema('Makes a role, or gives it other members', RoleAnswer, { ...named, body: RoleBody }),
    async (request) => {
      const { name } = request.params;
      const members = parseMembers(request.body.members ?? [], ['user', 'team', 'account']);
      const it = { ...attempt(request, 'put-role', name), details: { members } };
      await alter(it, (transaction) => putRole(transaction, { name, members }));
      return { name, members };
    },
  );
  app.delete<Params>('/roles/:name', gone('Removes a role', NameParams), async (request, reply) => {
    const { name } = request.params;
    await alter(attempt(request, 'remove-role', name), (it) => removeRole(it, name));
    return reply.code(204).send();
  });

  app.get('/teams', schema('The teams', TeamsAnswer), (request) =>
    audit.around(attempt(request, 'list-teams'), async () => ({ teams: await listTeams(store) })),
  );
  app.get<Params>('/teams/:name', schema('A team', TeamAnswer, named), (request) =>
    audit.around(attempt(request, 'show-team', request.params.name), () =>
      getTeam(store, request.params.name),
    ),
  );
  app.put<Params & { Body: Static<typeof TeamBody> }>(
    '/teams/:name',
    schema('Makes a team, or gives it other members', TeamAnswer, { ...named, body: TeamBody }),
    async (request) => {
      const { name } = request.params;
      const { approval = true } = request.body;
      const owners = parseMembers(request.body.owners ?? [], ['user', 'account']);
      const others = parseMembers(request.body.members ?? [], ['user', 'account']);
      const team = { name, members: [...new Set([...owners, ...others])].sort(), owners, approval };
      const it = { ...attempt(request, 'put-team', name), details: { ...team } };
      await alter(it, (transaction) => putTeam(transaction, team));
      return team;
    },
  );
  app.delete<Params>(
    '/teams/:name',
    gone('Removes a team with its templates', NameParams),
    async (request, reply) => {
      const { name } = request.params;
      await alter(attempt(request, 'remove-team', name), (it) => removeTeam(it, name));
      return reply.code(204).send();
    },
  );

  app.get('/grants', schema('Who may what', GrantsAnswer), (request) =>
    audit.around(attempt(request, 'list-grants'), async () => ({
      grants: (await listGrants(store)).map(shown),
    })),
  );
  app.post<{ Body: Static<typeof GrantBody> }>(
    '/grants',
    schema('Grants something', GrantAnswer, { body: GrantBody }),
    async (request) => {
      // JSON is YAML too, so a grant is read in one way wherever it comes from.
      const grant = parseGrant(JSON.stringify(request.body));
      const it = { ...attempt(request, 'add-grant', grant.to), details: writeGrant(grant) };
      return shown(await alter(it, (transaction) => addGrant(transaction, grant)));
    },
  );
  app.delete<{ Params: Static<typeof GrantParams> }>(
    '/grants/:id',
    gone('Takes a grant away; what is being sent under it ends', GrantParams),
    async (request, reply) => {
      const { id } = request.params;
      await alter(attempt(request, 'remove-grant', id), (it) => removeGrant(it, id));
      return reply.code(204).send();
    },
  );
}

function shown({ id, grant, createdAt }: StoredGrant): Static<typeof GrantAnswer> {
  const written = writeGrant(grant) as Omit<Static<typeof GrantAnswer>, 'id'>;
  return { id, ...written, created_at: new Date(createdAt).toISOString() };
}
