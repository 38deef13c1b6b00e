import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../shared/data/chinook/', import.meta.url));

/** Chinook is not part of the project: a suite that wants it is skipped where it is absent. */
export const hasChinook = existsSync(folder);
if (!hasChinook) console.warn('skipped: the Chinook database is not beside the project');

/** The script of a dialect, without the part that makes and enters a database of its own. */
export function chinookScript(dialect: 'postgresql' | 'mysql' | 'sqlite'): string {
  const text = readFileSync(`${folder}${dialect}.sql`, 'utf8').replace(/^\uFEFF/, '');
  return text.replace(/^(DROP DATABASE|CREATE DATABASE|USE |\\c ).*$/gm, '');
}

const tables = {
  album: 'album_id title artist_id',
  artist: 'artist_id name',
  customer:
    'customer_id first_name:personName:given last_name:personName:family company:hash address:address city:address:city state:null country postal_code:address:postcode phone:phone fax:phone email:email support_rep_id',
  employee:
    'employee_id last_name:personName:family first_name:personName:given title reports_to birth_date:dateShift hire_date:dateShift address:address city:address:city state:null country postal_code:address:postcode phone:phone fax:phone email:email',
  genre: 'genre_id name',
  invoice:
    'invoice_id customer_id invoice_date billing_address:address billing_city:address:city billing_state:null billing_country billing_postal_code:address:postcode total',
  invoice_line: 'invoice_line_id invoice_id track_id unit_price quantity',
  media_type: 'media_type_id name',
  track:
    'track_id name album_id media_type_id genre_id composer:personName milliseconds bytes unit_price',
};

/** How a script writes names: `invoice_line` or `InvoiceLine`. */
export type Naming = (name: string) => string;
export const snake: Naming = (name) => name;
export const pascal: Naming = (name) =>
  name.replace(/(^|_)(\w)/g, (_, __, letter: string) => letter.toUpperCase());

/** A policy that keeps the catalogue and masks people. */
export function chinookPolicy(naming: Naming): string {
  const lines = Object.entries(tables).map(([table, columns]) => {
    const entries = columns.split(' ').map((column) => {
      const [name = '', masker = 'keep', part] = column.split(':');
      const mask = part
        ? `{ mask: ${masker}, part: ${part} }`
        : masker === 'null'
          ? '"null"'
          : masker;
      return `      ${naming(name)}: ${mask}\n`;
    });
    return `    ${naming(table)}:\n${entries.join('')}`;
  });
  return `policyVersion: 1\ndatabases:\n  chinook:\n${lines.join('')}`;
}

/** One customer with all invoices, and the lines of the last of them with their tracks. */
export function chinookTemplate(naming: Naming): string {
  const [invoice, line] = [naming('invoice'), naming('invoice_line')];
  const [customerId, invoiceId] = [naming('customer_id'), naming('invoice_id')];
  return `hfitVersion: 1
templateName: customer
parameters:
  - { name: customer_id, type: integer }
prepare:
  - setVar: last_invoice
    from: hot-data
    hdata: { type: dbquery, dbms: chinook, query: "SELECT ${invoiceId} FROM ${invoice} WHERE ${customerId} = \${customer_id} ORDER BY ${invoiceId} DESC LIMIT 1" }
exports:
  invoices.sql: { type: subset, data: { dbms: chinook, table: ${invoice}, filter: "${customerId} = \${customer_id}" } }
  lines.sql: { type: subset, data: { dbms: chinook, table: ${line}, filter: "${invoiceId} = \${last_invoice}" } }
`;
}
