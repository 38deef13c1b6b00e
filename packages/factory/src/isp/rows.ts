/** What all rows of the preset have. */
export interface IspRow {
  id: string;
  created_at: Date;
  updated_at: Date;
}

/** What all but tenants have. */
export interface TenantRow extends IspRow {
  tenant_id: string;
}

type Json = Record<string, unknown>;

export interface Tenant extends IspRow {
  name: string;
  subdomain: string;
  domain: string;
  status: string;
  plan: string;
  region: string;
  admin_name: string;
  admin_email: string;
  company_address: string;
  phone: string;
  settings: Json;
}

export interface User extends TenantRow {
  username: string;
  email: string;
  full_name: string;
  phone: string;
  role: string;
  status: string;
  is_active: boolean;
  is_verified: boolean;
  password_hash: string;
  last_login: Date | null;
  preferences: Json;
}

export interface Customer extends TenantRow {
  customer_number: string;
  type: 'residential' | 'business' | 'enterprise';
  status: string;
  name: string;
  email: string;
  phone: string;
  address: string;
  billing_address: string;
  company_name: string | null;
  tax_id: string | null;
  /** Money is text with all its digits. */
  credit_limit: string;
  /** In days. */
  payment_terms: number;
  notes: string | null;
}

export interface Service extends TenantRow {
  customer_id: string;
  service_number: string;
  type: string;
  status: string;
  plan_name: string;
  monthly_rate: string;
  setup_fee: string;
  activation_date: string;
  billing_cycle: string;
  /** In months. */
  contract_term: number;
  auto_renew: boolean;
  technical_details: Json;
}

export interface BillingAccount extends TenantRow {
  customer_id: string;
  account_number: string;
  balance: string;
  credit_limit: string;
  payment_method: string;
  billing_cycle: string;
  auto_pay: boolean;
}

export interface LineItem {
  readonly description: string;
  readonly amount: string;
}

export interface Invoice extends TenantRow {
  customer_id: string;
  invoice_number: string;
  invoice_date: string;
  due_date: string;
  subtotal: string;
  tax: string;
  total: string;
  currency: string;
  terms: string;
  status: string;
  line_items: readonly LineItem[];
}

export interface Payment extends TenantRow {
  invoice_id: string;
  payment_number: string;
  amount: string;
  currency: string;
  method: string;
  processed_date: Date;
  transaction_id: string;
}

export interface Device extends TenantRow {
  customer_id: string | null;
  serial_number: string;
  mac_address: string;
  type: string;
  model: string;
  manufacturer: string;
  status: string;
  ip_address: string;
  firmware: string;
  location: string;
  install_date: string;
  warranty_date: string;
  configuration: Json;
}

export interface Ticket extends TenantRow {
  customer_id: string;
  ticket_number: string;
  subject: string;
  description: string;
  category: string;
  priority: string;
  status: string;
  assigned_to: string | null;
  created_by: string | null;
  resolution: string | null;
  /** In hours. */
  estimate: number | null;
  tags: readonly string[];
}
