/** How the kinds of columns are written in a dialect. */
interface Words {
  readonly id: string;
  readonly moment: string;
  readonly json: string;
}

const words: Readonly<Record<string, Words>> = {
  postgresql: { id: 'uuid', moment: 'timestamptz', json: 'jsonb' },
  mysql: { id: 'CHAR(36)', moment: 'DATETIME', json: 'JSON' },
  sqlite: { id: 'CHAR(36)', moment: 'TIMESTAMP', json: 'JSON' },
};

/** Columns as `name kind`; a kind with `?` may be null, one with `!` is unique in its tenant. */
const tables: Readonly<Record<string, string>> = {
  tenants: `name 120, subdomain 60!, domain 120, status 20, plan 30, region 30, admin_name 120,
    admin_email 120, company_address 200, phone 40, settings json`,
  users: `tenant, username 60!, email 120!, full_name 120, phone 40, role 20, status 20, is_active bool,
    is_verified bool, password_hash 120, last_login moment?, preferences json`,
  customers: `tenant, customer_number 20!, type 20, status 20, name 120, email 120, phone 40, address 200,
    billing_address 200, company_name 120?, tax_id 30?, credit_limit money, payment_terms int, notes 500?`,
  services: `tenant, customer, service_number 20!, type 20, status 20, plan_name 60, monthly_rate money,
    setup_fee money, activation_date date, billing_cycle 20, contract_term int, auto_renew bool,
    technical_details json`,
  billing_accounts: `tenant, customer, account_number 20!, balance money, credit_limit money, payment_method 20,
    billing_cycle 20, auto_pay bool`,
  invoices: `tenant, customer, invoice_number 20!, invoice_date date, due_date date, subtotal money, tax money,
    total money, currency 3, terms 30, status 20, line_items json`,
  payments: `tenant, invoice, payment_number 20!, amount money, currency 3, method 20, processed_date moment,
    transaction_id 40`,
  devices: `tenant, customer?, serial_number 30!, mac_address 17!, type 20, model 60, manufacturer 60, status 20,
    ip_address 39, firmware 20, location 120, install_date date, warranty_date date, configuration json`,
  tickets: `tenant, customer, ticket_number 20!, subject 120, description 1000, category 30, priority 20,
    status 20, assigned_to user?, created_by user?, resolution 1000?, estimate int?, tags json`,
};

/** The tables in the order in which they can be made. */
export const ispTables: readonly string[] = Object.keys(tables);

/**
 * The statements that make the tables of the ISP preset.
 * @param dialect its name, as `database.dialect.name` tells it
 */
export function ispMigration(dialect: string): string[] {
  const known = words[dialect] ?? (words.postgresql as Words);
  return Object.entries(tables).map(([name, columns]) => {
    const lines = columns.split(/,\s*/).map((text) => lineOf(text.trim(), known));
    const all = [
      `id ${known.id} NOT NULL PRIMARY KEY`,
      ...lines.map(({ column }) => column),
      `created_at ${known.moment} NOT NULL`,
      `updated_at ${known.moment} NOT NULL`,
      ...lines.flatMap(({ after }) => after(name)),
    ];
    return `CREATE TABLE ${name} (\n  ${all.join(',\n  ')}\n)`;
  });
}

interface Line {
  readonly column: string;
  readonly after: (table: string) => readonly string[];
}

function lineOf(text: string, known: Words): Line {
  const bare = text.replace(/[?!]$/, '');
  const null_ = text.endsWith('?') ? '' : ' NOT NULL';
  const [name = '', kind] = bare.split(' ');
  const target = kind === undefined ? name : kind === 'user' ? 'user' : null;
  if (target !== null) {
    const column = kind === undefined ? `${name}_id` : name;
    return {
      column: `${column} ${known.id}${null_}`,
      after: () => [`FOREIGN KEY (${column}) REFERENCES ${target}s (id)`],
    };
  }
  const isUnique = text.endsWith('!');
  return {
    column: `${name} ${typeOf(kind as string, known)}${null_}`,
    after: (table) =>
      isUnique ? [table === 'tenants' ? `UNIQUE (${name})` : `UNIQUE (tenant_id, ${name})`] : [],
  };
}

function typeOf(kind: string, { json, moment }: Words): string {
  switch (kind) {
    case 'json':
      return json;
    case 'moment':
      return moment;
    case 'bool':
      return 'BOOLEAN';
    case 'int':
      return 'INTEGER';
    case 'date':
      return 'DATE';
    case 'money':
      return 'DECIMAL(10,2)';
    default:
      return `VARCHAR(${kind})`;
  }
}
