import { fileURLToPath } from 'node:url';

/** What all runners are told: where databases are made, and what makes their tables. */
export const options = {
  url: process.env.DATABASE_URL ?? 'postgresql://localhost/shop',
  migrate: 'migrations/*.sql',
  root: fileURLToPath(new URL('.', import.meta.url)),
};
