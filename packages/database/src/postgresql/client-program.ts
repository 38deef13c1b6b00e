import type { ClientProgram } from '../dialect.js';
import { readUrl } from '../url.js';

/** psql; the password goes by the environment, where other users of the machine cannot see it. */
export function clientProgram(url: string): ClientProgram | null {
  if (!/^postgres(ql)?:/i.test(url)) return null;
  const { password } = readUrl(url);
  const address = new URL(url);
  address.password = '';
  return {
    commands: [['psql', '--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', address.href]],
    environment: password === '' ? {} : { PGPASSWORD: password },
  };
}
