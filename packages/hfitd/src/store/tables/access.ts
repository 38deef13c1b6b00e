/** Who may what, logins that are open, and what belongs to teams. Moments are milliseconds. */
export interface AccessTables {
  grants: {
    id: string;
    /** `user:…`, `team:…`, `role:…` or `account:…`. */
    subject: string;
    /** JSON: the grant as it was given. */
    content: string;
    created_at: number;
  };
  roles: { name: string };
  teams: {
    name: string;
    /** 1 where an owner approves a template before it runs. */
    approval: number;
  };
  members: {
    /** `team:…` or `role:…`. */
    of: string;
    /** `user:…`, `account:…`, or of a role `team:…`. */
    member: string;
    /** 1 for an owner of the team. */
    owner: number;
  };
  access_state: {
    /** `version` counts changes; `guarded` is 1 from the first grant on. */
    name: string;
    value: number;
  };
  secrets: {
    name: string;
    /** In base64url. */
    value: string;
  };
  sessions: {
    /** A login: its tokens name it. */
    id: string;
    user_id: string;
    expires_at: number;
    revoked_at: number | null;
  };
  refresh_tokens: {
    /** SHA-256 of the token. */
    digest: string;
    session_id: string;
    expires_at: number;
    used_at: number | null;
  };
  package_counts: {
    who: string;
    /** In UTC, such as 2026-11-21. */
    day: string;
    packages: number;
  };
  team_templates: {
    team: string;
    name: string;
    text: string;
    digest: string;
    description: string | null;
    /** JSON: what the listing shows of the parameters. */
    parameters: string;
    updated_at: number;
    updated_by: string;
    /** What an owner has approved; it counts as long as it is that of the text. */
    approved_digest: string | null;
    approved_by: string | null;
    approved_at: number | null;
  };
}
