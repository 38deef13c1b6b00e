import type { Guard } from '@hot-fixture/database';

/** What lets a command write to any database; the database room does not know what our option is called. */
export function guardOf(anyDatabase: boolean): Guard {
  return {
    dangerouslyAllowAnyDatabase: anyDatabase,
    override: 'the option --dangerously-allow-any-database',
  };
}
