import { HfitError } from '@hot-fixture/errors';
import { noteAccessChange } from './access-state.js';
import type { Store } from './tables.js';

/** A role: whoever is a member has what is granted to it. */
export interface Role {
  readonly name: string;
  /** `user:…`, `account:…`, or `team:…` for all its members. */
  readonly members: readonly string[];
}

/** A team has templates of its own. */
export interface Team {
  readonly name: string;
  readonly members: readonly string[];
  /** Members who may approve its templates. */
  readonly owners: readonly string[];
  /** Whether a template runs only when an owner has approved its text. */
  readonly approval: boolean;
}

export async function listRoles(store: Store): Promise<Role[]> {
  const roles = await store.selectFrom('roles').selectAll().orderBy('name').execute();
  const members = await membersOf(store);
  return roles.map(({ name }) => ({ name, members: members(`role:${name}`).map(nameOf) }));
}

export async function listTeams(store: Store): Promise<Team[]> {
  const teams = await store.selectFrom('teams').selectAll().orderBy('name').execute();
  const members = await membersOf(store);
  return teams.map(({ name, approval }) => {
    const all = members(`team:${name}`);
    return {
      name,
      members: all.map(nameOf),
      owners: all.filter(({ owner }) => owner === 1).map(nameOf),
      approval: approval === 1,
    };
  });
}

/** @throws HFIT_ROLE_UNKNOWN */
export async function getRole(store: Store, name: string): Promise<Role> {
  const role = (await listRoles(store)).find((it) => it.name === name);
  if (!role) throw new HfitError('HFIT_ROLE_UNKNOWN', { role: name });
  return role;
}

/** @throws HFIT_TEAM_UNKNOWN */
export async function getTeam(store: Store, name: string): Promise<Team> {
  const team = (await listTeams(store)).find((it) => it.name === name);
  if (!team) throw new HfitError('HFIT_TEAM_UNKNOWN', { team: name });
  return team;
}

/** Makes a role, or gives it other members. */
export async function putRole(store: Store, { name, members }: Role): Promise<void> {
  await store
    .insertInto('roles')
    .values({ name })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await putMembers(store, `role:${name}`, members, []);
}

/** Makes a team, or gives it other members. Its templates stay. */
export async function putTeam(store: Store, team: Team): Promise<void> {
  const approval = team.approval ? 1 : 0;
  await store
    .insertInto('teams')
    .values({ name: team.name, approval })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ approval }))
    .execute();
  await putMembers(store, `team:${team.name}`, team.members, team.owners);
}

/** @throws HFIT_ROLE_UNKNOWN */
export async function removeRole(store: Store, name: string): Promise<void> {
  const removed = await store.deleteFrom('roles').where('name', '=', name).executeTakeFirst();
  if (removed.numDeletedRows === 0n) throw new HfitError('HFIT_ROLE_UNKNOWN', { role: name });
  await removeGroup(store, `role:${name}`);
}

/**
 * Removes a team with its templates.
 * @throws HFIT_TEAM_UNKNOWN
 */
export async function removeTeam(store: Store, name: string): Promise<void> {
  const removed = await store.deleteFrom('teams').where('name', '=', name).executeTakeFirst();
  if (removed.numDeletedRows === 0n) throw new HfitError('HFIT_TEAM_UNKNOWN', { team: name });
  await removeGroup(store, `team:${name}`);
}

/** Takes somebody out of all groups, with what was granted to them: a namesake inherits nothing. */
export async function forgetSubject(store: Store, subject: string): Promise<void> {
  await store.deleteFrom('members').where('member', '=', subject).execute();
  await store.deleteFrom('grants').where('subject', '=', subject).execute();
  await noteAccessChange(store);
}

/** The teams and roles of somebody, the roles of the teams too, as `team:…` and `role:…`. */
export async function groupsOf(store: Store, subject: string): Promise<string[]> {
  const of = async (members: readonly string[]) => {
    if (members.length === 0) return [];
    const rows = await store
      .selectFrom('members')
      .select('of')
      .where('member', 'in', members)
      .execute();
    return rows.map((row) => row.of);
  };
  const own = await of([subject]);
  const more = await of(own.filter((it) => it.startsWith('team:')));
  return [...new Set([...own, ...more])];
}

/** Whether somebody is an owner of a team; undefined where they are not in it, or it is not there. */
export async function membership(
  store: Store,
  team: string,
  subject: string,
): Promise<{ owner: boolean; approval: boolean } | undefined> {
  const found = await store
    .selectFrom('members')
    .innerJoin('teams', (join) => join.on('teams.name', '=', team))
    .select(['members.owner', 'teams.approval'])
    .where('members.of', '=', `team:${team}`)
    .where('members.member', '=', subject)
    .executeTakeFirst();
  return found && { owner: found.owner === 1, approval: found.approval === 1 };
}

async function removeGroup(store: Store, group: string): Promise<void> {
  await store.deleteFrom('members').where('of', '=', group).execute();
  await forgetSubject(store, group);
}

async function putMembers(
  store: Store,
  of: string,
  members: readonly string[],
  owners: readonly string[],
): Promise<void> {
  await store.deleteFrom('members').where('of', '=', of).execute();
  const rows = [...new Set([...members, ...owners])].map((member) => ({
    of,
    member,
    owner: owners.includes(member) ? 1 : 0,
  }));
  if (rows.length > 0) await store.insertInto('members').values(rows).execute();
  await noteAccessChange(store);
}

async function membersOf(store: Store) {
  const rows = await store.selectFrom('members').selectAll().orderBy('member').execute();
  return (group: string) => rows.filter((row) => row.of === group);
}

const nameOf = ({ member }: { member: string }) => member;
