import { type Static, type TSchema, Type } from '@sinclair/typebox';

/** An object that takes no field but its own. */
export const strict = <T extends Record<string, TSchema>>(fields: T, description?: string) =>
  Type.Object(fields, { additionalProperties: false, ...(description && { description }) });

const Problem = strict(
  {
    type: Type.String({ format: 'uri-reference', description: 'Tells of the code, to be read' }),
    title: Type.String({ description: 'The same for each error of a code' }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: Type.String({ description: 'The same as what' }),
    instance: Type.String({ format: 'uri', description: 'Holds the x-request-id' }),
    code: Type.String({ description: 'HFIT_…, stable' }),
    what: Type.String({ description: 'What happened' }),
    where: Type.Optional(Type.String({ description: 'File and line, export, table …' })),
    todo: Type.String({ description: 'What to do about it' }),
  },
  'Every error has this shape: RFC 9457, with code, what, where and todo',
);
export type ProblemAnswer = Static<typeof Problem>;

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Problem } },
});

/** The answers that every route can give. */
export const errors = {
  '4xx': problem('What was asked cannot be given'),
  '5xx': problem('The server could not give it'),
};

export const Moment = Type.String({ format: 'date-time' });
const Username = Type.String({ minLength: 1, maxLength: 254, description: 'E-mail address' });
const ChallengeText = Type.String({ minLength: 1, maxLength: 2048 });

export const ChallengeRequest = strict({ username: Username });
export const ChallengeAnswer = strict({ challenge: ChallengeText, expires_at: Moment });

export const LoginRequest = strict({
  username: Username,
  challenge: ChallengeText,
  signature: Type.String({
    minLength: 1,
    maxLength: 4096,
    pattern: '^[A-Za-z0-9+/]+={0,2}$',
    description: 'Base64, over the bytes of the challenge: Ed25519, or RSASSA-PKCS1-v1_5/SHA-512',
  }),
});
export const LoginAnswer = strict({
  token: Type.String(),
  expires_at: Moment,
  refresh_token: Type.String(),
  refresh_expires_at: Moment,
});
export const RefreshRequest = strict({
  refresh_token: Type.String({ pattern: '^hfr1\\.[A-Za-z0-9_-]{43}$' }),
});

export const DbmsParams = strict({ dbms: Type.String({ minLength: 1, maxLength: 63 }) });
export const DbParams = strict({
  dbms: Type.String({ minLength: 1, maxLength: 63 }),
  db: Type.String({ minLength: 1, maxLength: 255 }),
});

export const DbmssAnswer = strict({
  dbmss: Type.Array(strict({ name: Type.String(), dialect: Type.String() })),
});
export const DbsAnswer = strict({ dbs: Type.Array(Type.String()) });

const Classification = Type.Union([
  Type.Literal('keep'),
  Type.Literal('mask'),
  Type.Literal('deny'),
]);
export const ColumnAnswer = strict({
  name: Type.String(),
  type: Type.String(),
  nullable: Type.Boolean(),
  classification: Classification,
  masker: Type.Optional(Type.String()),
});
export const TableAnswer = strict({
  name: Type.String(),
  columns: Type.Array(ColumnAnswer),
  primaryKey: Type.Array(Type.String()),
});
export const TablesAnswer = strict({ tables: Type.Array(TableAnswer) });

export const TemplateName = Type.String({
  pattern: '^([A-Za-z0-9][A-Za-z0-9_.-]{0,62}:)?[A-Za-z0-9_.-]{1,100}$',
  description: 'With its team before it where it is of one: backend:daily',
});
export const TemplateParams = strict({ name: TemplateName });
export const TemplateNameAnswer = strict({ name: TemplateName });
export const TemplatesAnswer = strict({
  templates: Type.Array(
    strict({
      name: TemplateName,
      description: Type.Optional(Type.String()),
      parameters: Type.Array(
        strict({
          name: Type.String(),
          type: Type.String(),
          required: Type.Boolean(),
          default: Type.Optional(Type.String()),
          description: Type.Optional(Type.String()),
        }),
      ),
      updated_at: Moment,
      approved: Type.Optional(Type.Boolean({ description: 'Of a template of a team' })),
    }),
  ),
});

const Given = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);
export const Parameters = Type.Union([Type.Record(Type.String(), Given), Type.Array(Given)], {
  description: 'By name or by position. Write numbers of more than 15 digits as strings',
});
export const PackageRequest = strict({ parameters: Type.Optional(Parameters) });
