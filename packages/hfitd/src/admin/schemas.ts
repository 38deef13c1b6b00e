import { Type } from '@sinclair/typebox';
import { Moment, strict } from '../http/schemas.js';

export const NewUser = strict({
  email: Type.String({ maxLength: 300 }),
  key: Type.String({ maxLength: 32 * 1024 }),
});
export const AddedUser = strict({
  email: Type.String(),
  fingerprint: Type.String(),
  type: Type.String(),
  /** False where the user was there and got one more key. */
  created: Type.Boolean(),
});
export const UserParams = strict({ email: Type.String({ maxLength: 300 }) });
export const RemovedUser = strict({ email: Type.String() });
export const UsersAnswer = strict({
  users: Type.Array(
    strict({
      email: Type.String(),
      keys: Type.Array(Type.String()),
      templates: Type.Integer(),
      created_at: Moment,
    }),
  ),
});
export const JwtKeyAnswer = strict({ kid: Type.String(), publicKey: Type.String() });
export const SigningKeyAnswer = strict({ publicKey: Type.String() });
export const StatusAnswer = strict({
  url: Type.String(),
  audience: Type.String(),
  pid: Type.Integer(),
  started_at: Moment,
  users: Type.Integer(),
  sources: Type.Array(
    strict({ name: Type.String(), dialect: Type.String(), location: Type.String() }),
  ),
  volumes: Type.Array(Type.String()),
  policy: Type.Union([Type.String(), Type.Null()]),
  packages: strict({ running: Type.Integer(), waiting: Type.Integer() }),
});
export const ReloadAnswer = strict({
  changed: Type.Array(Type.String()),
  restart: Type.Array(Type.String()),
});
export const AuditQuery = strict({
  last: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,4}$' })),
});
