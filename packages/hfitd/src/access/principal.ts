/** Roles that mean something of themselves: for the routes about people, and about the audit log. */
export const adminRole = 'admin';

/** The word before the name of a service account, which is the address of its user. */
export const accountPrefix = 'account:';

/** How a user, or the user that stands for a service account, is named in grants and as a member. */
export function subjectOf({ email }: { readonly email: string }): string {
  return email.startsWith(accountPrefix) ? email : `user:${email}`;
}
