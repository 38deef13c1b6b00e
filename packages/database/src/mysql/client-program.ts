import type { ClientProgram } from '../dialect.js';
import { readUrl } from '../url.js';

/** mysql, or that of MariaDB; the password goes by the environment. */
export function clientProgram(url: string): ClientProgram | null {
  if (!/^(mysql|mariadb):/i.test(url)) return null;
  const { host, port, user, password, database } = readUrl(url);
  const options = [
    '--no-defaults',
    '--protocol=tcp',
    `--host=${host}`,
    `--port=${port || 3306}`,
    ...(user === '' ? [] : [`--user=${user}`]),
    '--default-character-set=utf8mb4',
    `--database=${database}`,
  ];
  return {
    commands: [
      ['mysql', ...options],
      ['mariadb', ...options],
    ],
    environment: password === '' ? {} : { MYSQL_PWD: password },
  };
}
