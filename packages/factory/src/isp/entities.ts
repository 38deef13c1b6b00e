import { DataType, literal } from '@hot-fixture/generator';
import { tableFactory } from '../define/factory.js';
import { sequence } from '../define/numbering.js';
import type * as rows from './rows.js';

const day = 86_400_000;
const begin = Date.UTC(2026, 0, 1, 12);

const common = {
  id: DataType.uuid,
  created_at: () => new Date(begin),
  updated_at: () => new Date(begin),
} as const;

const dayAfter = (days: number) => new Date(begin + days * day).toISOString().slice(0, 10);
const numbered = (word: string, digits = 6) =>
  sequence((n) => `${word}-${String(n).padStart(digits, '0')}`);
const slug = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-');

/** Cents, so that sums come out. */
const cents = (text: string) => Math.round(Number(text) * 100);
const money = (amount: number) => (amount / 100).toFixed(2);

export const tenant = tableFactory<rows.Tenant>('tenants', {
  ...common,
  name: { type: 'company', unique: true },
  subdomain: ({ row, index }) => `${slug(row.name).slice(0, 40)}-${index + 1}`,
  domain: ({ row }) => `${row.subdomain}.example.com`,
  status: 'active',
  plan: 'professional',
  region: 'us-east-1',
  admin_name: DataType.name,
  admin_email: DataType.email,
  company_address: DataType.address,
  phone: DataType.phone,
  settings: literal({}),
});

export const user = tableFactory<rows.User>('users', {
  ...common,
  username: { type: 'userName', unique: true },
  email: { type: 'email', unique: true },
  full_name: DataType.name,
  phone: DataType.phone,
  role: 'customer',
  status: 'active',
  is_active: true,
  is_verified: true,
  password_hash: { type: 'string', length: 60 },
  last_login: null,
  preferences: literal({}),
}).trait('admin', { role: 'admin' });

export const customer = tableFactory<rows.Customer>('customers', {
  ...common,
  customer_number: { type: 'string', pattern: 'customer_number', unique: true },
  type: 'residential',
  status: 'active',
  name: DataType.name,
  email: { type: 'email', unique: true },
  phone: DataType.phone,
  address: DataType.address,
  billing_address: ({ row }) => row.address,
  company_name: ({ row }) =>
    row.type === 'residential' ? null : `${row.name.split(' ').at(-1)} Ltd`,
  tax_id: ({ row, draws }) =>
    row.type === 'residential' ? null : `TAX-${100_000_000 + draws('tax').below(900_000_000)}`,
  credit_limit: ({ row }) => (row.type === 'residential' ? '500.00' : '1000.00'),
  payment_terms: 30,
  notes: null,
}).trait('business', { type: 'business' });

const rates: Readonly<Record<string, string>> = {
  ...{ internet: '79.99', phone: '29.99', tv: '89.99', hosting: '19.99' },
};

export const service = tableFactory<rows.Service>('services', {
  ...common,
  service_number: { type: 'string', pattern: 'service_id', unique: true },
  type: 'internet',
  status: 'active',
  plan_name: ({ row }) => `${row.type} standard`,
  monthly_rate: ({ row }) => rates[row.type] ?? '49.99',
  setup_fee: '99.00',
  activation_date: dayAfter(0),
  billing_cycle: 'monthly',
  contract_term: 12,
  auto_renew: true,
  technical_details: literal({}),
});

export const billingAccount = tableFactory<rows.BillingAccount>('billing_accounts', {
  ...common,
  account_number: numbered('ACC'),
  balance: '0.00',
  credit_limit: '500.00',
  payment_method: 'credit_card',
  billing_cycle: 'monthly',
  auto_pay: true,
});

export const invoice = tableFactory<rows.Invoice>('invoices', {
  ...common,
  invoice_number: numbered('INV'),
  invoice_date: dayAfter(0),
  due_date: ({ row }) =>
    new Date(Date.parse(row.invoice_date) + 30 * day).toISOString().slice(0, 10),
  subtotal: '79.99',
  tax: ({ row }) => money(Math.round(cents(row.subtotal) * 0.08)),
  total: ({ row }) => money(cents(row.subtotal) + cents(row.tax)),
  currency: 'USD',
  terms: 'net 30',
  status: 'open',
  line_items: ({ row }) => [{ description: 'Monthly service', amount: row.subtotal }],
});

export const payment = tableFactory<rows.Payment>('payments', {
  ...common,
  payment_number: numbered('PAY'),
  amount: '86.39',
  currency: 'USD',
  method: 'credit_card',
  processed_date: () => new Date(begin),
  transaction_id: { type: 'string', pattern: 'txn_????????????', unique: true },
});

export const device = tableFactory<rows.Device>('devices', {
  ...common,
  serial_number: { type: 'string', pattern: 'SN########', unique: true },
  mac_address: { type: 'macAddress', vendor: 'cisco', unique: true },
  type: 'router',
  model: 'RV340',
  manufacturer: 'Cisco',
  status: 'active',
  ip_address: { type: 'ipAddress', range: 'private' },
  firmware: '1.0.3',
  location: DataType.address,
  install_date: dayAfter(0),
  warranty_date: dayAfter(730),
  configuration: literal({}),
});

export const ticket = tableFactory<rows.Ticket>('tickets', {
  ...common,
  ticket_number: numbered('TKT'),
  subject: { type: 'text', words: 4 },
  description: { type: 'text', words: 20 },
  category: 'technical',
  priority: 'medium',
  status: 'open',
  assigned_to: null,
  created_by: null,
  resolution: null,
  estimate: null,
  tags: literal([]),
});
