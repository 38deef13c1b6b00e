import { HfitError } from '@hot-fixture/errors';
import { subjectOf } from '../access/principal.js';
import { membership } from './groups.js';
import type { Store } from './tables.js';
import type { User } from './users.js';

/** The columns that templates of users have too. */
export interface TemplateContent {
  readonly text: string;
  readonly digest: string;
  readonly description: string | null;
  readonly parameters: string;
  readonly updated_at: number;
}

/** A template of a team, as `team:name` names it. */
export interface TeamTemplateName {
  readonly team: string;
  readonly name: string;
}

/** Whether a text may run, where it is of a team. */
export interface Approval {
  /** Whether an owner has approved this text. */
  readonly approved: boolean;
  /** Whether it runs only then. */
  readonly needsApproval: boolean;
}

/** Splits a name with a team before it; undefined for one without. */
export function teamOf(full: string): TeamTemplateName | undefined {
  const at = full.indexOf(':');
  return at < 0 ? undefined : { team: full.slice(0, at), name: full.slice(at + 1) };
}

/**
 * Makes sure that somebody is in the team: for others it has no templates.
 * @throws HFIT_TEMPLATE_UNKNOWN
 */
async function assertMember(store: Store, user: User, { team, name }: TeamTemplateName) {
  const found = await membership(store, team, subjectOf(user));
  if (!found) throw new HfitError('HFIT_TEMPLATE_UNKNOWN', { template: `${team}:${name}` });
  return found;
}

/** @returns whether there was none of that name */
export async function createTeamTemplate(
  store: Store,
  user: User,
  it: TeamTemplateName,
  content: TemplateContent,
): Promise<boolean> {
  await assertMember(store, user, it);
  const none = { approved_digest: null, approved_by: null, approved_at: null };
  const added = await store
    .insertInto('team_templates')
    .values({ ...it, ...content, ...none, updated_by: user.email })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return added.numInsertedOrUpdatedRows !== 0n;
}

/** @returns whether it was there, with the digest that was seen where one is told */
export async function replaceTeamTemplate(
  store: Store,
  user: User,
  it: TeamTemplateName,
  content: TemplateContent,
  seen?: string,
): Promise<boolean> {
  await assertMember(store, user, it);
  const changed = await store
    .updateTable('team_templates')
    .set({ ...content, updated_by: user.email })
    .where('team', '=', it.team)
    .where('name', '=', it.name)
    .$if(seen !== undefined, (query) => query.where('digest', '=', seen as string))
    .executeTakeFirst();
  return changed.numUpdatedRows !== 0n;
}

/** @returns whether it was there, with the digest that was seen where one is told */
export async function deleteTeamTemplate(
  store: Store,
  user: User,
  it: TeamTemplateName,
  seen?: string,
): Promise<boolean> {
  await assertMember(store, user, it);
  const removed = await store
    .deleteFrom('team_templates')
    .where('team', '=', it.team)
    .where('name', '=', it.name)
    .$if(seen !== undefined, (query) => query.where('digest', '=', seen as string))
    .executeTakeFirst();
  return removed.numDeletedRows !== 0n;
}

export async function getTeamTemplate(
  store: Store,
  user: User,
  it: TeamTemplateName,
): Promise<({ text: string; digest: string } & Approval) | undefined> {
  const { approval } = await assertMember(store, user, it);
  const found = await store
    .selectFrom('team_templates')
    .select(['text', 'digest', 'approved_digest'])
    .where('team', '=', it.team)
    .where('name', '=', it.name)
    .executeTakeFirst();
  if (!found) return undefined;
  const { text, digest, approved_digest } = found;
  return { text, digest, approved: approved_digest === digest, needsApproval: approval };
}

/** Those of all teams that somebody is in. */
export async function listTeamTemplates(store: Store, user: User) {
  const rows = await store
    .selectFrom('team_templates')
    .innerJoin('members', (join) => join.on('members.member', '=', subjectOf(user)))
    .select([
      'team_templates.team',
      'team_templates.name',
      'team_templates.description',
      'team_templates.parameters',
      'team_templates.updated_at',
      'team_templates.digest',
      'team_templates.approved_digest',
      'members.of',
    ])
    .orderBy('team_templates.team')
    .orderBy('team_templates.name')
    .execute();
  return rows.filter(({ of, team }) => of === `team:${team}`);
}

/**
 * What holds now for a text that was asked for before, such as that of a job.
 * @throws HFIT_TEMPLATE_UNKNOWN where the user is not in its team any more
 */
export async function withApproval<T extends { readonly name: string; readonly digest: string }>(
  store: Store,
  user: User,
  template: T,
): Promise<T & Partial<Approval>> {
  const it = teamOf(template.name);
  if (!it) return template;
  const { approval } = await assertMember(store, user, it);
  const found = await getTeamTemplate(store, user, it);
  const approved = found?.approved === true && found.digest === template.digest;
  return { ...template, approved, needsApproval: approval };
}

/**
 * Approves the text that has this digest, or takes the approval back.
 * @param digest null takes it back
 * @throws HFIT_TEMPLATE_UNKNOWN, HFIT_APPROVAL_OWNER, HFIT_APPROVAL_STALE
 */
export async function approveTemplate(
  store: Store,
  user: User,
  full: string,
  digest: string | null,
): Promise<void> {
  const unknown = () => new HfitError('HFIT_TEMPLATE_UNKNOWN', { template: full });
  const it = teamOf(full);
  if (!it) throw unknown();
  const { owner } = await assertMember(store, user, it);
  const found = await getTeamTemplate(store, user, it);
  if (!found) throw unknown();
  if (!owner) throw new HfitError('HFIT_APPROVAL_OWNER', { team: it.team });
  // Of a change at the same moment, one of the two finds the digest of the other.
  const changed = await store
    .updateTable('team_templates')
    .set({ approved_digest: digest, approved_by: user.email, approved_at: Date.now() })
    .where('team', '=', it.team)
    .where('name', '=', it.name)
    .where('digest', '=', digest ?? found.digest)
    .executeTakeFirst();
  if (changed.numUpdatedRows !== 0n) return;
  throw new HfitError('HFIT_APPROVAL_STALE', { template: full, digest: found.digest });
}
