import type { ClientProgram } from '../dialect.js';

/** mysql, or that of MariaDB; the password goes by the environment. */
export function clientProgram(url: string): ClientProgram | null {
  if (!/^(mysql|mariadb):/i.test(url)) return null;
  const { hostname, port, username, password, pathname } = new URL(url);
  const options = [
    '--no-defaults',
    '--protocol=tcp',
    `--host=${hostname.replace(/^\[|\]$/g, '')}`,
    `--port=${port || 3306}`,
    ...(username === '' ? [] : [`--user=${decodeURIComponent(username)}`]),
    '--default-character-set=utf8mb4',
    `--database=${decodeURIComponent(pathname.slice(1))}`,
  ];
  return {
    commands: [
      ['mysql', ...options],
      ['mariadb', ...options],
    ],
    environment: password === '' ? {} : { MYSQL_PWD: decodeURIComponent(password) },
  };
}
