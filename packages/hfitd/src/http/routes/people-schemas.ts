import { Type } from '@sinclair/typebox';
import { Moment, strict } from '../schemas.js';

const Name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$' });
const Members = Type.Array(Type.String({ maxLength: 300 }), {
  maxItems: 10_000,
  description: 'ann@example.com, account:NAME, and for a role team:NAME',
});

export const NameParams = strict({ name: Name });
export const RoleBody = strict({ members: Type.Optional(Members) });
export const RoleAnswer = strict({ name: Name, members: Members });
export const RolesAnswer = strict({ roles: Type.Array(RoleAnswer) });
export const TeamBody = strict({
  members: Type.Optional(Members),
  owners: Type.Optional(Members),
  approval: Type.Optional(
    Type.Boolean({ description: 'Whether templates run only when approved. Default true' }),
  ),
});
export const TeamAnswer = strict({
  name: Name,
  members: Members,
  owners: Members,
  approval: Type.Boolean(),
});
export const TeamsAnswer = strict({ teams: Type.Array(TeamAnswer) });

export const LimitsAnswer = strict({
  rows: Type.Optional(Type.Integer()),
  bytes: Type.Optional(Type.Integer()),
  packagesPerDay: Type.Optional(Type.Integer()),
});
const grantFields = {
  to: Type.String({ maxLength: 300, description: 'user:…, team:…, role:… or account:…' }),
  source: Type.Optional(Type.String()),
  database: Type.Optional(Type.String()),
  table: Type.Optional(Type.String()),
  deny: Type.Optional(Type.Array(Type.String(), { maxItems: 1000 })),
  volume: Type.Optional(Type.String()),
  template: Type.Optional(Type.String()),
  approved: Type.Optional(Type.Boolean()),
  hours: Type.Optional(
    strict({
      days: Type.Optional(Type.String()),
      from: Type.String(),
      to: Type.String(),
      zone: Type.String(),
    }),
  ),
  until: Type.Optional(Type.String({ maxLength: 40 })),
};
export const GrantBody = strict({
  ...grantFields,
  limits: Type.Optional(
    strict({
      rows: Type.Optional(Type.Integer()),
      bytes: Type.Optional(
        Type.Union([Type.Integer(), Type.String({ description: '50 MB and the like' })]),
      ),
      packagesPerDay: Type.Optional(Type.Integer()),
    }),
  ),
});
export const GrantAnswer = strict({
  id: Type.String(),
  ...grantFields,
  limits: Type.Optional(LimitsAnswer),
  created_at: Type.Optional(Moment),
});
export const GrantsAnswer = strict({ grants: Type.Array(GrantAnswer) });
export const GrantParams = strict({ id: Type.String({ maxLength: 64 }) });
export const KeyBody = strict({ key: Type.String({ maxLength: 32 * 1024 }) });
export const KeyRemoval = strict({ fingerprint: Type.String({ maxLength: 100 }) });
export const RevokedAnswer = strict({ email: Type.String(), logins: Type.Integer() });
