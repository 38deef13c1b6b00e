export type AuditAction =
  | 'login'
  | 'refresh'
  | 'logout'
  | 'exchange'
  | 'revoke-user'
  | 'add-key'
  | 'remove-key'
  | 'list-users'
  | 'list-roles'
  | 'show-role'
  | 'list-teams'
  | 'show-team'
  | 'list-grants'
  | 'put-role'
  | 'remove-role'
  | 'put-team'
  | 'remove-team'
  | 'add-grant'
  | 'remove-grant'
  | 'load-access'
  | 'reload'
  | 'approve-template'
  | 'list-dbmss'
  | 'list-dbs'
  | 'list-tables'
  | 'list-columns'
  | 'rows'
  | 'list-volumes'
  | 'list-files'
  | 'show-file'
  | 'download-file'
  | 'list-templates'
  | 'show-template'
  | 'create-template'
  | 'replace-template'
  | 'delete-template'
  | 'upload-templates'
  | 'package'
  | 'estimate-package'
  | 'request-package'
  | 'build-package'
  | 'download-package'
  | 'list-packages'
  | 'show-package'
  | 'cancel-job'
  | 'retry-job'
  | 'list-schedules'
  | 'show-schedule'
  | 'set-schedule'
  | 'delete-schedule'
  | 'run-schedule'
  | 'add-user'
  | 'remove-user'
  | 'renew-jwt'
  | 'read-audit';

/** What leaves the server with rows or the content of files in it. */
export const givingOut: readonly AuditAction[] = [
  'package',
  'request-package',
  'build-package',
  'download-package',
  'rows',
  'download-file',
];

/** How it went: a package is `started` before its first byte, and has a second event at its end. */
export type AuditOutcome = 'ok' | 'refused' | 'started' | 'failed' | 'aborted';

/** Who did what, and how it went. */
export interface AuditEvent {
  /** The id of the request, the same in the log and in the answer. */
  readonly request: string;
  /** The e-mail address; for a refused login, the name that was claimed. */
  readonly who: string;
  readonly action: AuditAction;
  /** The template, the database, the user … that it was about. */
  readonly target?: string;
  readonly outcome: AuditOutcome;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What somebody is about to do. */
export type Attempt = Omit<AuditEvent, 'outcome'>;

/** An audit event as it was written, with its moment in ISO 8601, UTC. */
export interface AuditRecord extends AuditEvent {
  readonly at: string;
}

/** Who acts at the admin socket: the owner of the daemon's user. */
export const adminName = '(admin)';

/** Who acts when the daemon reads a file of its owner. */
export const daemonName = '(daemon)';
