import { createHash } from 'node:crypto';
import { HfitError } from '@hot-fixture/errors';
import type { Store, Tables } from './tables.js';
import {
  createTeamTemplate,
  deleteTeamTemplate,
  getTeamTemplate,
  listTeamTemplates,
  replaceTeamTemplate,
  teamOf,
} from './team-templates.js';
import type { User } from './users.js';

/** What the listing shows of a parameter. */
export interface ParameterSummary {
  name: string;
  type: string;
  required: boolean;
  default?: string;
  description?: string;
}

export interface NewTemplate {
  readonly name: string;
  readonly text: string;
  readonly description?: string;
  readonly parameters: readonly ParameterSummary[];
}

export interface StoredTemplate {
  readonly name: string;
  readonly text: string;
  /** SHA-256 of the text in hexadecimal. */
  readonly digest: string;
  /** Of a template of a team: whether an owner has approved this text. */
  readonly approved?: boolean;
  /** Whether it runs only then. */
  readonly needsApproval?: boolean;
}

export interface TemplateSummary {
  name: string;
  description?: string;
  parameters: ParameterSummary[];
  updated_at: string;
  /** Of a template of a team. */
  approved?: boolean;
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** @throws HFIT_TEMPLATE_EXISTS */
export async function createTemplate(
  store: Store,
  user: User,
  template: NewTemplate,
): Promise<void> {
  const ofTeam = teamOf(template.name);
  if (ofTeam) {
    if (await createTeamTemplate(store, user, ofTeam, contentOf(template))) return;
    throw new HfitError('HFIT_TEMPLATE_EXISTS', { template: template.name });
  }
  const added = await store
    .insertInto('templates')
    .values({ user_id: user.id, name: template.name, ...contentOf(template) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows === 0n) {
    throw new HfitError('HFIT_TEMPLATE_EXISTS', { template: template.name });
  }
}

/**
 * @param seen the digest that it still must have
 * @throws HFIT_TEMPLATE_UNKNOWN, HFIT_CHANGED_MEANWHILE
 */
export async function replaceTemplate(
  store: Store,
  user: User,
  template: NewTemplate,
  seen?: string,
): Promise<void> {
  const ofTeam = teamOf(template.name);
  if (ofTeam) {
    if (await replaceTeamTemplate(store, user, ofTeam, contentOf(template), seen)) return;
    throw notThere(template.name, seen);
  }
  const changed = await store
    .updateTable('templates')
    .set(contentOf(template))
    .where('user_id', '=', user.id)
    .where('name', '=', template.name)
    .$if(seen !== undefined, (it) => it.where('digest', '=', seen as string))
    .executeTakeFirst();
  if (changed.numUpdatedRows === 0n) throw notThere(template.name, seen);
}

/**
 * @param seen the digest that it still must have
 * @throws HFIT_TEMPLATE_UNKNOWN, HFIT_CHANGED_MEANWHILE
 */
export async function deleteTemplate(
  store: Store,
  user: User,
  name: string,
  seen?: string,
): Promise<void> {
  const ofTeam = teamOf(name);
  if (ofTeam) {
    if (await deleteTeamTemplate(store, user, ofTeam, seen)) return;
    throw notThere(name, seen);
  }
  const removed = await store
    .deleteFrom('templates')
    .where('user_id', '=', user.id)
    .where('name', '=', name)
    .$if(seen !== undefined, (it) => it.where('digest', '=', seen as string))
    .executeTakeFirst();
  if (removed.numDeletedRows === 0n) throw notThere(name, seen);
}

/** @throws HFIT_TEMPLATE_UNKNOWN, also where another user or team has one of that name */
export async function getTemplate(store: Store, user: User, name: string): Promise<StoredTemplate> {
  const ofTeam = teamOf(name);
  if (ofTeam) {
    const template = await getTeamTemplate(store, user, ofTeam);
    if (!template) throw unknown(name);
    return { name, ...template };
  }
  const found = await store
    .selectFrom('templates')
    .select(['name', 'text', 'digest'])
    .where('user_id', '=', user.id)
    .where('name', '=', name)
    .executeTakeFirst();
  if (!found) throw unknown(name);
  return found;
}

export async function listTemplates(store: Store, user: User): Promise<TemplateSummary[]> {
  const rows = await store
    .selectFrom('templates')
    .select(['name', 'description', 'parameters', 'updated_at'])
    .where('user_id', '=', user.id)
    .orderBy('name')
    .execute();
  const ofTeams = await listTeamTemplates(store, user);
  return [
    ...rows.map(summaryOf),
    ...ofTeams.map((row) => ({
      ...summaryOf({ ...row, name: `${row.team}:${row.name}` }),
      approved: row.approved_digest === row.digest,
    })),
  ];
}

function summaryOf({
  name,
  description,
  parameters,
  updated_at,
}: Pick<Tables['templates'], 'name' | 'description' | 'parameters' | 'updated_at'>) {
  return {
    name,
    ...(description !== null && { description }),
    parameters: JSON.parse(parameters) as ParameterSummary[],
    updated_at: new Date(updated_at).toISOString(),
  };
}

function contentOf({ text, description, parameters }: NewTemplate) {
  return {
    text,
    digest: digestOf(text),
    description: description ?? null,
    parameters: JSON.stringify(parameters),
    updated_at: Date.now(),
  };
}

/** It was there when its digest was seen. */
function notThere(template: string, seen: string | undefined): HfitError {
  return seen === undefined
    ? unknown(template)
    : new HfitError('HFIT_CHANGED_MEANWHILE', { template });
}

function unknown(template: string): HfitError {
  return new HfitError('HFIT_TEMPLATE_UNKNOWN', { template });
}
